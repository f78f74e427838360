const axios = require('axios'); const fetch = require('node-fetch'); const http = require('http'); const puppeteer = require('puppeteer'); const yaml = require('js-yaml'); const serialize = require('node-serialize'); const vm = require('vm'); const { VM } = require('vm2'); const ejs = require('ejs'); const pug = require('pug'); const _ = require('lodash'); const libxml = require('libxmljs'); const { MongoClient } = require('mongodb')
const app = require('express')()
app.post('/x', async (req, res) => {
  // ruleid: ssrf
  await axios.get(req.body.url)
  // ruleid: ssrf
  await fetch('http://' + req.query.host + '/api')
  // ok: ssrf
  await fetch('https://api.example.com/items/' + encodeURIComponent(req.query.id))
  // ruleid: ssrf
  http.get(req.query.u, () => {})
  const browser = await puppeteer.launch(); const page = await browser.newPage()
  // ruleid: ssrf
  await page.goto(req.query.page)
  // ok: ssrf
  await page.goto('https://example.com')
  // ruleid: deser
  serialize.unserialize(req.cookies.profile)
  // ok: deser
  JSON.parse(req.body.json)
  // ruleid: code
  vm.runInNewContext(req.body.code, {})
  // ruleid: code
  new VM().run(req.body.code)
  // ruleid: code
  new Function('a', req.body.fn)
  // ok: code
  vm.runInNewContext('1 + 1')
  // ruleid: template
  ejs.render(req.body.template, {})
  // ruleid: template
  pug.compile(req.body.tpl)
  // ok: template
  ejs.render('<p><%= name %></p>', { name: req.body.name })
  // ruleid: proto
  _.merge({}, JSON.parse(req.body.settings))
  // ruleid: xxe
  libxml.parseXml(req.body.xml, { noent: true })
  // ok: xxe
  libxml.parseXml(req.body.xml)
  const users = (await MongoClient.connect('x')).db('a').collection('users')
  // ruleid: nosql
  await users.findOne({ name: req.body.name, password: req.body.password })
  // ok: nosql
  await users.findOne({ name: String(req.body.name) })
  // ruleid: nosql
  await users.find({ $where: `this.a == '${req.body.a}'` })
  // ruleid: regex
  new RegExp(req.query.pattern).test('a')
  // ruleid: require
  require(req.query.module)
  // ruleid: header
  res.setHeader('Location', req.query.to)
  // ruleid: cors
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin)
})
// ruleid: cookie
app.use(require('express-session')({ secret: 'keyboard cat', cookie: { secure: false } }))
// ruleid: postmessage
window.parent.postMessage(secret, '*')
// ok: postmessage
window.parent.postMessage(secret, 'https://a.example')
