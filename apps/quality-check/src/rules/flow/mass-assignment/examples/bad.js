const express = require('express')
const User = require('./models/user')

const app = express()

app.post('/users', async (req, res) => {
  // ruleid: mass-assignment
  const user = await User.create(req.body)
  // ruleid: mass-assignment
  Object.assign(user, req.body)
  // ruleid: mass-assignment
  await User.findByIdAndUpdate(user.id, req.body)
  res.json(user)
})
