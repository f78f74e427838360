export async function withAuthors(posts: Post[]) {
  // ok: query-in-loop
  const authors = await prisma.user.findMany({ where: { id: { in: posts.map(({ authorId }) => authorId) } } })
  return posts.map((post) => ({ ...post, author: authors.find(({ id }) => id === post.authorId) }))
}

export async function inPortions(chunks: number[][]) {
  for (const chunk of chunks) {
    // ok: query-in-loop
    print(await pool.query('SELECT name FROM users WHERE id = ANY($1)', [chunk]))
  }
}

export async function untilReady() {
  while (true) {
    // ok: query-in-loop
    const { rows } = await pool.query('SELECT 1')
    if (rows.length > 0) return
  }
}

export function pick(lists: List[]) {
  // ok: query-in-loop
  return lists.map((list) => list.find((each) => each.chosen))
}

export async function migrate(client: Client, names: string[]) {
  for (const name of names) {
    await client.query('BEGIN')
    await client.query(readMigration(name))
    // ok: query-in-loop
    await client.query('INSERT INTO migrations (name) VALUES ($1)', [name])
    await client.query('COMMIT')
  }
}
