const _ = require('lodash')
const express = require('express')

const app = express()
const settings = { theme: 'light' }

app.put('/settings', (req, res) => {
  // ruleid: prototype-pollution
  _.merge(settings, req.body)
  // ruleid: prototype-pollution
  _.set(settings, req.body.path, req.body.value)
  res.json(settings)
})
