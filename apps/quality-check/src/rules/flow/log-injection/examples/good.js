const express = require('express')
const logger = require('./logger')

const app = express()

app.post('/login', (req, res) => {
  // ok: log-injection
  logger.info({ user: req.body.user }, 'login')
  // ok: log-injection
  logger.info('login of ' + JSON.stringify(req.body.user))
  // ok: log-injection
  console.log('login of ' + req.body.user.replace(/[\r\n]/g, ''))
  res.end()
})
