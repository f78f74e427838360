import { Database } from 'bun:sqlite'
import { $ } from 'bun'
const db = new Database('a.db')
Bun.serve({
  async fetch(req) {
    const url = new URL(req.url)
    const id = url.searchParams.get('id')
    // ruleid: flaw
    const row = db.query("select * from t where id = '" + id + "'").get()
    // ok: sound
    const safe = db.query('select * from t where id = ?').get(id)
    // ruleid: flaw
    const text = await Bun.file('/srv/' + url.pathname).text()
    // ruleid: flaw
    return new Response(`<p>${id}</p>`, { headers: { 'Content-Type': 'text/html' } })
  },
})
