export async function withAuthors(posts: Post[]) {
  const result = []
  for (const post of posts) {
    // ruleid: query-in-loop
    const author = await prisma.user.findUnique({ where: { id: post.authorId } })
    result.push({ ...post, author })
  }
  return result
}

export function withOrders(customers: Customer[]) {
  // ruleid: query-in-loop
  return Promise.all(customers.map(async (customer) => ({ customer, orders: await Order.findAll({ where: { customerId: customer.id } }) })))
}

export async function names(ids: number[]) {
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index]
    // ruleid: query-in-loop
    const { rows } = await pool.query('SELECT name FROM users WHERE id = $1', [id])
    print(rows)
  }
}

export async function load(client: Client, names: string[]) {
  for (const name of names) {
    console.log('begin to load', name)
    // ruleid: query-in-loop
    await client.query('INSERT INTO names (name) VALUES ($1)', [name])
  }
}
