const express = require('express')
const User = require('./models/user')

const app = express()

app.post('/login', async (req, res) => {
  // ruleid: nosql-injection
  const user = await User.findOne({ name: req.body.name, password: req.body.password })
  if (user === null) return res.status(401).end()
  // ruleid: nosql-injection
  await User.updateOne(req.body.filter, { $set: { seen: Date.now() } })
  // ruleid: nosql-injection
  const others = await User.find({ $where: 'this.team == "' + req.body.team + '"' })
  res.json(others)
})

const AWS = require('aws-sdk')

const table = new AWS.DynamoDB.DocumentClient()

app.post('/rows', (req, res) => {
  // ruleid: nosql-injection
  table.scan(req.body, (error, found) => res.json(found))
})
