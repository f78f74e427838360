const express = require('express')
const User = require('./models/user')

const app = express()

app.post('/login', async (req, res) => {
  // ok: nosql-injection
  const user = await User.findOne({ name: String(req.body.name) })
  // ok: nosql-injection
  await User.findOne({ email: { $eq: req.body.email } })
  // ok: nosql-injection
  await User.updateOne({ _id: user.id }, { $set: { seen: Date.now() } })
  // ok: nosql-injection
  const first = req.body.items.find((item) => item.id === user.id)
  if (typeof req.body.email !== 'string') return res.status(400).end()
  res.json(first)
})

const AWS = require('aws-sdk')

const table = new AWS.DynamoDB.DocumentClient()

app.post('/rows', (req, res) => {
  // ok: nosql-injection
  table.get({ TableName: 'rows', Key: { id: String(req.body.id) } }, (error, found) => res.json(found))
})
