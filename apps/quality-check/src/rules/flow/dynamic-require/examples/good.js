const express = require('express')

const app = express()
const plugins = { a: require('./plugins/a'), b: require('./plugins/b') }

app.get('/plugins/:name', (req, res) => {
  // ok: dynamic-require
  const name = './plugins/' + 'a'
  // ok: dynamic-require
  const plugin = require(name)
  res.json([plugins[req.params.name], plugin])
})
