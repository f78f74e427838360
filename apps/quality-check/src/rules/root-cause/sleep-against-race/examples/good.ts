export async function loadAll(numbers: string[], load: (number: string) => Promise<Article>) {
  const articles = []
  for (const number of numbers) {
    articles.push(await load(number))
    // The supplier allows five requests a second.
    // ok: sleep-against-race
    await sleep(200)
  }
  return articles
}
