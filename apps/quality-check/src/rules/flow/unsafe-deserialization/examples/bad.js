const serialize = require('node-serialize')
const v8 = require('v8')
const yaml = require('js-yaml')
const express = require('express')

const app = express()

app.post('/state', (req, res) => {
  // ruleid: unsafe-deserialization
  const state = serialize.unserialize(req.cookies.state)
  // ruleid: unsafe-deserialization
  const copy = v8.deserialize(req.body)
  // ruleid: unsafe-deserialization
  const options = yaml.load(req.body.text, { schema: yaml.DEFAULT_FULL_SCHEMA })
  res.json({ state, copy, options })
})
