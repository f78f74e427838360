const helmet = require('helmet')
const express = require('express')

const app = express()
// ok: disabled-security-headers
app.use(helmet())
app.get('/', (req, res) => {
  // ok: disabled-security-headers
  res.setHeader('X-Frame-Options', 'DENY')
  res.end()
})
