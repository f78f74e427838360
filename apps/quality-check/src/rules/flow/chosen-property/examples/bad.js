const express = require('express')

const app = express()
const store = {}

app.post('/call', (req, res) => {
  const { action, group, key } = req.body
  // ruleid: chosen-property
  const result = actions[action](req.body.data)
  // ruleid: chosen-property
  store[group][key] = req.body.value
  // ruleid: chosen-property
  store[req.body.name] = result
  res.json(result)
})
