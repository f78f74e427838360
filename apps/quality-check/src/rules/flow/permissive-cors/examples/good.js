const cors = require('cors')
const express = require('express')

const app = express()
// ok: permissive-cors
app.use(cors({ origin: ['https://app.example.com'], credentials: true }))
app.get('/', (req, res) => {
  // ok: permissive-cors
  res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com')
  res.end()
})

const { NestFactory } = require('@nestjs/core')

module.exports.start = async (module) => {
  // ok: permissive-cors
  const closed = await NestFactory.create(module, { cors: { origin: 'https://app.example.com' } })
  return closed
}
