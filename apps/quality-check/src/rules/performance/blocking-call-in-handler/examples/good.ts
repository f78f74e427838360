import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

// ok: blocking-call-in-handler
const terms = readFileSync('terms.html', 'utf8')

app.get('/terms', (req, res) => {
  res.send(terms)
})

app.get('/news', async (req, res) => {
  // ok: blocking-call-in-handler
  res.send(await readFile('news.html', 'utf8'))
})
