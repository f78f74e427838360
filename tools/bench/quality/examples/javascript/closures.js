const express = require('express')
const { spawnSync } = require('child_process')
const fs = require('fs').promises
const router = express.Router()
const wrap = (fn) => (req, res, next) => Promise.resolve(fn(req, res)).catch(next)
const options = (req) => ({ ...defaults, ...req.query })
const defaults = { depth: '1' }
router.get('/a', wrap(async (req, res) => {
  const { depth, dir = '.' } = options(req)
  // ruleid: flaw
  spawnSync(`find ${dir} -maxdepth ${depth}`, { shell: '/bin/bash' })
  const names = [].concat(req.query.name).map((n) => `/srv/${n}`)
  for (const name of names) {
    // ruleid: flaw
    await fs.unlink(name)
  }
  // ok: sound
  await fs.unlink('/srv/lock')
  const entries = Object.entries(req.body).map(([k, v]) => `${k}=${v}`).join('&')
  // ruleid: flaw
  res.send('<pre>' + entries + '</pre>')
}))
router.param('id', (req, res, next, id) => {
  // ruleid: flaw
  require('child_process').exec('id ' + id)
  next()
})
module.exports = router
