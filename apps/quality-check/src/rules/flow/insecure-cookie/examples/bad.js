const express = require('express')
const session = require('express-session')

const app = express()
// ruleid: insecure-cookie
app.use(session({ secret: process.env.SECRET, cookie: { httpOnly: false } }))

app.post('/login', (req, res) => {
  // ruleid: insecure-cookie
  res.cookie('sessionId', create(req), { maxAge: 3600 })
  // ruleid: insecure-cookie
  res.cookie('theme', 'dark', { httpOnly: true, secure: false })
  res.end()
})
