const cors = require('cors')
const express = require('express')

const app = express()
// ruleid: permissive-cors
app.use(cors({ origin: true, credentials: true }))
app.get('/', (req, res) => {
  // ruleid: permissive-cors
  res.setHeader('Access-Control-Allow-Origin', '*')
  res.end()
})

const { NestFactory } = require('@nestjs/core')

module.exports.start = async (module) => {
  // ruleid: permissive-cors
  const open = await NestFactory.create(module, { cors: true })
  // ruleid: permissive-cors
  open.enableCors()
}
