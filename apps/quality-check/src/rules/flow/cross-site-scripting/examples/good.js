const express = require('express')
const escapeHtml = require('escape-html')

const app = express()
const encode = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;')

app.get('/hello', async (req, res) => {
  // ok: cross-site-scripting
  res.send('<h1>Hello ' + escapeHtml(req.query.name) + '</h1>')
  // ok: cross-site-scripting
  res.send(`<p>${encode(req.query.name)}</p>`)
  // ok: cross-site-scripting
  res.json({ name: req.query.name })
  // ok: cross-site-scripting
  res.send({ name: req.query.name })
  // ok: cross-site-scripting
  res.send(req.body)
  res.statusCode = 301
  // ok: cross-site-scripting
  res.end('Redirecting to ' + req.url + '/')
  // ok: cross-site-scripting
  res.type('text/plain').send(req.query.name)
  const user = await users.load(req.params.id)
  // ok: cross-site-scripting
  res.send(user)
  // ok: cross-site-scripting
  res.send(`<p>${Number(req.query.page)}</p>`)
})

const highlighter = new Worker('highlight.js')
highlighter.onmessage = (event) => {}

function show(element, worker) {
  worker.onmessage = (event) => {
    // ok: cross-site-scripting
    element.innerHTML = event.data
  }
  // ok: cross-site-scripting
  frame.src = new URL(page, document.baseURI).href
}

// ok: cross-site-scripting
link.href = document.location.href.replace(/^http:/, 'https:')

app.get('/frame', (req, res) => {
  if (/[^a-zA-Z0-9_.-]/.test(req.query.callback)) return res.status(400).end()
  // ok: cross-site-scripting
  res.send('<b>' + req.query.callback)
})

// ok: cross-site-scripting
frame.src = blank + '?' + location.hash
