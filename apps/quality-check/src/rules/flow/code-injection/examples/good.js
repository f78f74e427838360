const vm = require('vm')
const express = require('express')

const app = express()
const operations = { add: (a, b) => a + b, subtract: (a, b) => a - b }

app.post('/run', (req, res) => {
  // ok: code-injection
  const data = JSON.parse(req.body.text)
  // ok: code-injection
  const two = eval('1 + 1')
  // ok: code-injection
  const value = vm.runInNewContext('a + b', { a: 1, b: 2 })
  // ok: code-injection
  setTimeout(() => res.end(), req.body.delay)
  res.json(operations[req.body.operation](data.a, two, value))
})
