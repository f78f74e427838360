const express = require('express')

const app = express()

app.get('/data', (req, res) => {
  // ruleid: header-injection
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin)
  // ruleid: header-injection
  res.set('X-Frame-Options', req.query.frames)
  // ruleid: header-injection
  res.setHeader(req.query.name, 'yes')
  res.end()
})
