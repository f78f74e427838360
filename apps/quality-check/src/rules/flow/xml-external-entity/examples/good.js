const libxmljs = require('libxmljs')
const { XMLParser } = require('fast-xml-parser')
const express = require('express')

const app = express()

app.post('/feed', (req, res) => {
  // ok: xml-external-entity
  const document = libxmljs.parseXml(req.body)
  // ok: xml-external-entity
  const other = libxmljs.parseXml(req.body, { noent: false })
  // ok: xml-external-entity
  res.json(new XMLParser().parse(req.body))
})
