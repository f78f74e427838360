const util = require('util')
const express = require('express')

const app = express()

app.get('/users/:id', (req, res) => {
  // ok: format-string
  console.error('cannot load %s', req.params.id)
  // ok: format-string
  res.json(util.format('user %s is %s', req.query.name, 'missing'))
})
