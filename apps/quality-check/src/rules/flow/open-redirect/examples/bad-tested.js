const express = require('express')

const app = express()
const local = /^\/[a-z0-9/-]*/
const word = /^\/[a-z][a-z0-9-]*$/

app.get('/back', (req, res) => {
  const back = String(req.query.back)
  if (!local.test(back)) return res.redirect('/')
  // ruleid: open-redirect
  res.redirect(back)
})

app.get('/word', (req, res) => {
  const page = String(req.query.page)
  if (!word.test(page)) return res.redirect('/')
  // ok: open-redirect
  res.redirect(page)
})

app.get('/help', (req, res) => {
  const page = String(req.query.page)
  if (!page.startsWith('/help/')) return res.redirect('/help/start')
  // ok: open-redirect
  res.redirect(page)
})
