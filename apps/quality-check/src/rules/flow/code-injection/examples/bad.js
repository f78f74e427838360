const vm = require('vm')
const { VM } = require('vm2')
const express = require('express')

const app = express()

app.post('/run', (req, res) => {
  // ruleid: code-injection
  const sum = eval(req.body.formula)
  // ruleid: code-injection
  const make = new Function('x', 'return ' + req.body.formula)
  // ruleid: code-injection
  vm.runInNewContext(req.body.formula, {})
  // ruleid: code-injection
  new VM({ timeout: 100 }).run(req.body.formula)
  // ruleid: code-injection
  setTimeout('tick(' + req.query.n + ')', 100)
  res.json({ sum, made: make(1) })
})

function calculate(text) {
  // ruleid: code-injection
  return eval('(' + text + ')')
}

module.exports = { calculate }
