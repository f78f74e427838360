const ejs = require('ejs')
const Handlebars = require('handlebars')
const express = require('express')

const app = express()

app.get('/card', (req, res) => {
  // ok: template-injection
  const card = ejs.render('<h1><%= title %></h1>', { title: req.query.title })
  // ok: template-injection
  const view = Handlebars.compile('Dear {{name}}')
  // ok: template-injection
  res.render('card', { title: req.query.title, card, text: view({ name: req.body.name }) })
})
