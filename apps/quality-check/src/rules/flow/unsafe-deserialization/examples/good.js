const v8 = require('v8')
const yaml = require('js-yaml')
const express = require('express')

const app = express()

app.post('/state', (req, res) => {
  // ok: unsafe-deserialization
  const state = JSON.parse(req.cookies.state)
  // ok: unsafe-deserialization
  const options = yaml.load(req.body.text, { schema: yaml.JSON_SCHEMA })
  // ok: unsafe-deserialization
  const copy = v8.deserialize(v8.serialize({ a: 1 }))
  res.json({ state, options, copy })
})
