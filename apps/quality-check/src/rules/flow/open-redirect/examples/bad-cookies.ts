import { Hono } from 'hono'
import { getCookie } from 'hono/cookie'

const app = new Hono()

app.post('/login', (c) => {
  // ruleid: open-redirect
  return c.redirect(getCookie(c, 'back') ?? '/')
})
