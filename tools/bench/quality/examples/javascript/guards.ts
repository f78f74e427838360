import express from 'express'
import { z } from 'zod'
import { execFile, exec } from 'node:child_process'
import path from 'node:path'
import fs from 'node:fs'
import validator from 'validator'
const app = express()
const schema = z.object({ kind: z.enum(['a', 'b']), n: z.number().int() })
app.post('/a', (req, res) => {
  const input = schema.parse(req.body)
  // ok: sound
  exec(`build ${input.kind} ${input.n}`)
  if (!validator.isAlphanumeric(req.body.name)) return res.status(400).end()
  // ok: sound
  exec('build ' + req.body.name)
  if (!/^[a-z0-9-]+$/.test(req.params.id)) throw new Error('bad')
  // ok: sound
  fs.readFileSync('/srv/' + req.params.id)
  switch (req.query.action) {
    case 'start':
    case 'stop':
      // ok: sound
      exec('service x ' + req.query.action)
      break
    default:
      // ruleid: flaw
      exec('service y ' + req.query.action)
  }
  const file = path.join('/srv', path.normalize(String(req.query.f)).replace(/^(\.\.[/\\])+/, ''))
  // ruleid: flaw
  exec('cat "' + file + '"')
  const url = new URL(String(req.query.u))
  if (!['a.example.org', 'b.example.org'].includes(url.hostname)) return res.status(400).end()
  // ok: sound
  fetch(url)
  // ruleid: flaw
  fetch(String(req.query.v))
})
