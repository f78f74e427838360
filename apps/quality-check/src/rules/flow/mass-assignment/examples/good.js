const express = require('express')
const User = require('./models/user')

const app = express()

app.post('/users', async (req, res) => {
  const { name, email } = req.body
  // ok: mass-assignment
  const user = await User.create({ name, email })
  // ok: mass-assignment
  const options = Object.assign({}, req.body)
  // ok: mass-assignment
  await User.create(schema.parse(req.body))
  res.json({ user, page: options.page })
})
