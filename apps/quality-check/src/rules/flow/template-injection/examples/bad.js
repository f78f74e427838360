const ejs = require('ejs')
const pug = require('pug')
const Handlebars = require('handlebars')
const express = require('express')

const app = express()

app.get('/card', (req, res) => {
  // ruleid: template-injection
  const card = ejs.render('<h1>' + req.query.title + '</h1>')
  // ruleid: template-injection
  const page = pug.compile(req.body.template)
  // ruleid: template-injection
  const view = Handlebars.compile(`Dear ${req.body.name}, {{text}}`)
  // ruleid: template-injection
  res.render(req.query.view)
  // ruleid: template-injection
  res.render('card', req.query)
})
