const express = require('express')

const app = express()

app.get('/plugins/:name', async (req, res) => {
  // ruleid: dynamic-require
  const plugin = require('./plugins/' + req.params.name)
  // ruleid: dynamic-require
  const page = await import(req.query.page)
  res.json([plugin, page])
})
