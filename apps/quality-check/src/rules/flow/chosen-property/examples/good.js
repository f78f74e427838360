const express = require('express')

const app = express()
const actions = { start: () => 1, stop: () => 2 }
const allowed = new Set(['start', 'stop'])

app.post('/call', (req, res) => {
  const { action } = req.body
  if (!allowed.has(action)) return res.status(400).end()
  // ok: chosen-property
  const result = actions[action](req.body.data)
  for (let i = 0; i < 2; i++) {
    // ok: chosen-property
    rows[i][result] = i
  }
  // ok: chosen-property
  sessions.set(req.body.key, result)
  // ok: chosen-property
  store['$' + req.body.name] = result
  res.json(result)
})
