const fs = require('fs'); const path = require('path'); const fsp = require('fs/promises')
const express = require('express'); const router = express.Router()
router.get('/file', async (req, res) => {
  // ruleid: path
  fs.readFile(req.query.name, 'utf8', (e, d) => res.type('text').send(d))
  // ruleid: path
  const data = await fsp.readFile(path.join(__dirname, 'files', req.query.name))
  // ruleid: path
  res.sendFile(req.params.path)
  // ok: path
  res.sendFile(req.params.name, { root: path.join(__dirname, 'public') })
  const full = path.resolve('/srv/files', req.query.name)
  if (!full.startsWith('/srv/files' + path.sep)) return res.sendStatus(403)
  // ok: path
  const s = fs.createReadStream(full)
  const base = path.basename(req.query.name)
  // ok: path
  fs.readFileSync(path.join('/srv/files', base))
  // ruleid: path
  fs.unlink('uploads/' + req.body.file, () => {})
  // ok: path
  fs.readFileSync(path.join(__dirname, 'template.html'))
})
