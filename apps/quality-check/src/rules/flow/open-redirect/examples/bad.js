const express = require('express')

const app = express()

app.get('/login', (req, res) => {
  // ruleid: open-redirect
  res.redirect(req.query.next)
  // ruleid: open-redirect
  res.redirect(302, `//${req.query.host}/start`)
  // ruleid: open-redirect
  res.setHeader('Location', req.query.next)
})

// ruleid: open-redirect
window.location.href = new URLSearchParams(window.location.search).get('next')

module.exports.away = (req, res) => {
  // ruleid: open-redirect
  res.redirect(`${req.query.next}/welcome`)
}

// ruleid: open-redirect
window.location.href = new URLSearchParams(location.search).get('site') + window.location.pathname

app.get('/to/:page', (req, res) => {
  // ruleid: open-redirect
  res.redirect('/' + req.query.page)
})
