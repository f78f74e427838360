const express = require('express')

const app = express()
const isOurs = (host) => ['example.com', 'www.example.com'].includes(host)

app.get('/login', (req, res) => {
  // ok: open-redirect
  res.redirect('/start')
  // ok: open-redirect
  res.redirect(`/users/${req.params.id}`)
  // ok: open-redirect
  res.redirect('/login?next=' + encodeURIComponent(req.query.next))
  const next = req.query.next
  if (['/a', '/b'].includes(next)) {
    // ok: open-redirect
    return res.redirect(next)
  }
  if (isOurs(new URL(next).host)) {
    // ok: open-redirect
    return res.redirect(next)
  }
  res.end()
})

// ok: open-redirect
window.location.href = '/search?q=' + location.hash

module.exports.onwards = (req, res) => {
  // ok: open-redirect
  res.redirect(settings.site + req.query.next)
}

app.use((req, res, next) => {
  if (req.secure) return next()
  // ok: open-redirect
  res.redirect('https://' + req.headers.host + req.url)
})

// ok: open-redirect
window.location.href = window.location.pathname + '?page=' + new URLSearchParams(location.search).get('page')

app.get('/short/:name', (req, res) => {
  const target = req.query.name
  // ok: open-redirect
  if (addresses[target] !== undefined) res.redirect(target)
  // ok: open-redirect
  res.redirect(['index.html?section=', req.query.section].join(''))
})

app.use((req, res, next) => {
  // ok: open-redirect
  if (req.url === settings.root) return res.redirect(req.url + '/')
  next()
})

module.exports.signIn = (settings) => app.get('/sign-in', (req, res) => {
  // ok: open-redirect
  res.redirect(settings.provider + '?state=' + req.query.state)
})

app.get('/pages', (req, res) => {
  // ok: open-redirect
  res.redirect(`${req.url}/`)
})

// ok: open-redirect
window.location.href = 'index.html' + location.search
