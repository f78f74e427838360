const fs = require('fs')
const path = require('path')
const express = require('express')

const app = express()
const root = path.resolve('files')

app.get('/files/:name', (req, res) => {
  // ok: path-traversal
  fs.readFile(path.join(root, path.basename(req.params.name)), (error, content) => res.end(content))
  const file = path.resolve(root, req.query.file)
  if (!file.startsWith(root + path.sep)) return res.status(403).end()
  // ok: path-traversal
  fs.createReadStream(file).pipe(res)
  // ok: path-traversal
  res.sendFile(req.params.name, { root })
  // ok: path-traversal
  fs.writeFileSync('log.txt', req.body)
})

/** Passes on what it is given. */
exports.load = (file) => {
  // ok: path-traversal
  return fs.readFileSync(file, 'utf8')
}

app.get('/pages/:name', (req, res) => {
  // ok: path-traversal
  res.render('page', { name: req.params.name })
})

app.get('/page', (req, res) => {
  const page = path.resolve('/srv/pages', req.query.name)
  if (page.indexOf('/srv/pages/') !== 0) return res.sendStatus(403)
  // ok: path-traversal
  fs.readFile(page, (error, text) => res.type('text').send(text))
})

app.get('/files', (req, res) => {
  const file = path.join('/srv/files', req.query.name)
  // ok: path-traversal
  if (isChildPath('/srv/files', file)) fs.createReadStream(file).pipe(res)
})

router.get('/page/:name', async (ctx) => {
  const full = path.resolve(root, ctx.params.name)
  if (!full.startsWith(root + path.sep)) ctx.throw(403)
  // ok: path-traversal
  ctx.body = await fs.promises.readFile(full)
})

app.get('/attachments/:file', (req, res) => {
  const file = path.resolve(folder, req.params.file)
  if (path.dirname(file) !== folder) return res.sendStatus(404)
  // ok: path-traversal
  res.sendFile(file)
})
