const express = require('express')
const logger = require('./logger')

const app = express()

app.post('/login', (req, res) => {
  // ruleid: log-injection
  logger.info('login of ' + req.body.user)
  // ruleid: log-injection
  console.log(`address ${req.headers['x-forwarded-for']}`)
  res.end()
})
