const fs = require('fs')
const path = require('path')
const express = require('express')

const app = express()

app.get('/files/:name', (req, res) => {
  // ruleid: path-traversal
  fs.readFile('./files/' + req.params.name, (error, content) => res.end(content))
  const file = path.join(__dirname, 'files', req.query.file)
  // ruleid: path-traversal
  res.sendFile(file)
  // ruleid: path-traversal
  fs.createReadStream(file).pipe(res)
  // ruleid: path-traversal
  fs.unlinkSync(req.query.file)
})

app.get('/pages/:name', (req, res) => {
  // ruleid: path-traversal
  res.render('pages/' + req.params.name)
})

archive.on('entry', (entry) => {
  // ruleid: path-traversal
  entry.pipe(fstream.Writer({ path: path.join('/srv/upload', entry.path) }))
})
