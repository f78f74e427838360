import { Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { exec } from 'node:child_process'
import { readFile } from 'node:fs/promises'
const app = new Hono()
app.get('/h', async (c) => {
  const name = c.req.query('name')
  // ruleid: flaw
  return c.html('<h1>' + name + '</h1>')
})
app.get('/j', async (c) => {
  // ok: sound
  return c.json({ name: c.req.query('name') })
})
app.get('/t', async (c) => {
  // ok: sound
  return c.text('hello ' + c.req.query('name'))
})
app.post('/e', async (c) => {
  const { cmd } = await c.req.json()
  // ruleid: flaw
  exec(cmd)
  // ruleid: flaw
  const data = await readFile('/srv/' + c.req.param('file'), 'utf8')
  // ruleid: flaw
  await fetch('http://' + c.req.header('x-upstream') + '/status')
  // ruleid: flaw
  return c.redirect(getCookie(c, 'back') ?? '/')
})
export default app
