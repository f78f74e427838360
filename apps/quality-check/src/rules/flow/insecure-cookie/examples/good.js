const express = require('express')
const session = require('express-session')

const app = express()
// ok: insecure-cookie
app.use(session({ secret: process.env.SECRET, cookie: { httpOnly: true, secure: true, sameSite: 'lax' } }))

app.post('/login', (req, res) => {
  // ok: insecure-cookie
  res.cookie('sessionId', create(req), { httpOnly: true, secure: true, sameSite: 'strict' })
  // ok: insecure-cookie
  res.cookie('theme', 'dark')
  // ok: insecure-cookie
  res.cookie('token', create(req), cookieOptions)
  res.end()
})
