const express = require('express')

const app = express()
const origins = new Set(['https://app.example.com'])

app.get('/data', (req, res) => {
  // ok: header-injection
  res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com')
  if (origins.has(req.headers.origin)) {
    // ok: header-injection
    res.setHeader('Access-Control-Allow-Origin', req.headers.origin)
  }
  // ok: header-injection
  res.setHeader('X-Request-Id', req.headers['x-request-id'])
  res.end()
})
