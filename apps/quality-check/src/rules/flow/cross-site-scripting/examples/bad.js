const express = require('express')

const app = express()

app.get('/hello', (req, res) => {
  // ruleid: cross-site-scripting
  res.send('<h1>Hello ' + req.query.name + '</h1>')
  const { q } = req.query
  // ruleid: cross-site-scripting
  res.status(404).send(`Nothing found for ${q}`)
  // ruleid: cross-site-scripting
  res.write(req.body.comment)
  res.end()
})

app.get('/farewell', (req, res) => {
  // ruleid: cross-site-scripting
  res.send('<p>' + req.query.name.replace(/<script>/g, '') + '</p>')
})
