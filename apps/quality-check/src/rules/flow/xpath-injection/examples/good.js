const xpath = require('xpath')
const express = require('express')

const app = express()
const query = xpath.parse('//user[name=$name]')

app.post('/login', (req, res) => {
  // ok: xpath-injection
  const found = query.select({ node: users, variables: { name: req.body.name } })
  // ok: xpath-injection
  res.json(xpath.select('//user', users) ?? found)
})
