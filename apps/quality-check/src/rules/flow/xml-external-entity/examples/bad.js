const libxmljs = require('libxmljs')
const expat = require('node-expat')
const express = require('express')

const app = express()

app.post('/feed', (req, res) => {
  // ruleid: xml-external-entity
  const document = libxmljs.parseXml(req.body, { noent: true, noblanks: true })
  const parser = new expat.Parser('UTF-8')
  // ruleid: xml-external-entity
  parser.parse(req.body)
  res.json(document.root().name())
})
