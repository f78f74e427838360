const express = require('express'); const app = express()
const escapeHtml = require('escape-html')
app.get('/', (req, res) => {
  // ruleid: xss
  res.send('<h1>Hello ' + req.query.name + '</h1>')
  // ok: xss
  res.send('<h1>Hello ' + escapeHtml(req.query.name) + '</h1>')
  // ok: xss
  res.json({ name: req.query.name })
  const html = `<p>${req.body.text}</p>`
  // ruleid: xss
  res.write(html)
  // ruleid: redirect
  res.redirect(req.query.next)
  // ok: redirect
  res.redirect('/login?next=' + encodeURIComponent(req.query.next))
  // ok: xss
  res.render('index', { name: req.query.name })
})
function browser() {
  const p = new URLSearchParams(location.search)
  // ruleid: xss
  document.getElementById('a').innerHTML = p.get('a')
  // ok: xss
  document.getElementById('a').textContent = p.get('a')
  // ruleid: xss
  document.write('<b>' + location.hash + '</b>')
  // ruleid: xss
  $('#x').html(location.hash.slice(1))
  // ok: xss
  document.querySelector('#x').innerHTML = '<b>static</b>'
  // ok: xss
  document.querySelector('#x').innerHTML = DOMPurify.sanitize(location.hash)
  // ruleid: redirect
  window.location.href = p.get('to')
  // ruleid: eval
  eval(location.hash.slice(1))
  // ruleid: eval
  setTimeout('run(' + p.get('x') + ')', 10)
  // ok: eval
  setTimeout(() => run(p.get('x')), 10)
}
function render(el, content) {
  // ruleid: xss
  el.innerHTML = '<div>' + content + '</div>'
  // ruleid: xss
  el.insertAdjacentHTML('beforeend', content)
  // ruleid: xss
  el.outerHTML = content
}
window.addEventListener('message', (e) => {
  // ruleid: xss
  document.body.innerHTML = e.data.html
})
