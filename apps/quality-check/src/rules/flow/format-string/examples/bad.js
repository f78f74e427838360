const util = require('util')
const express = require('express')

const app = express()

app.get('/users/:id', (req, res) => {
  // ruleid: format-string
  console.error(`cannot load ${req.params.id}`, new Error('gone'))
  // ruleid: format-string
  res.json(util.format('user ' + req.query.name, 'missing'))
})
