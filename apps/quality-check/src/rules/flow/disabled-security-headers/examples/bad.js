const helmet = require('helmet')
const express = require('express')

const app = express()
// ruleid: disabled-security-headers
app.use(helmet({ contentSecurityPolicy: false }))
app.get('/', (req, res) => {
  // ruleid: disabled-security-headers
  res.setHeader('X-XSS-Protection', '0')
  res.end()
})
