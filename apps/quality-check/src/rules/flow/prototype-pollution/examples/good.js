const _ = require('lodash')
const express = require('express')

const app = express()
const settings = { theme: 'light' }

app.put('/settings', (req, res) => {
  // ok: prototype-pollution
  _.merge(settings, { theme: 'dark' })
  // ok: prototype-pollution
  Object.assign(settings, _.pick(req.body, ['theme']))
  // ok: prototype-pollution
  _.set(settings, 'theme', req.body.theme)
  res.json(settings)
})
