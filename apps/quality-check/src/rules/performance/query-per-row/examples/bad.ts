export async function withAuthors() {
  const { rows: books } = await pool.query('SELECT id, title, author_id FROM books')
  const result = []
  for (const book of books) {
    // ruleid: query-per-row
    const { rows } = await pool.query('SELECT name FROM authors WHERE id = $1', [book.author_id])
    result.push({ ...book, author: rows[0]?.name })
  }
  return result
}

export async function withUsers() {
  const posts = await Post.findAll({ where: { published: true } })
  return Promise.all(
    posts.map(async (post) => {
      // ruleid: query-per-row
      const user = await User.findByPk(post.userId)
      return { title: post.title, by: user.name }
    }),
  )
}
