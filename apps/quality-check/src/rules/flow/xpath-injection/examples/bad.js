const xpath = require('xpath')
const { DOMParser } = require('xmldom')
const express = require('express')

const app = express()
const users = new DOMParser().parseFromString(usersXml)

app.post('/login', (req, res) => {
  // ruleid: xpath-injection
  const found = xpath.select("//user[name='" + req.body.name + "']", users)
  const query = `//user[@id=${req.query.id}]`
  // ruleid: xpath-injection
  res.json(xpath.select1(query, users) ?? found)
})
