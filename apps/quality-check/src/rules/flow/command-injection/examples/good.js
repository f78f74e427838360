const { exec, execFile, spawn } = require('node:child_process')
const path = require('node:path')
const express = require('express')
const { quote } = require('shell-quote')

const app = express()

app.get('/ping', (req, res) => {
  // ok: command-injection
  execFile('ping', ['-c', '1', req.query.host], (error, stdout) => res.json({ stdout }))
  // ok: command-injection
  exec(quote(['ping', '-c', '1', req.query.host]))
  if (!/^[a-z0-9.]+$/.test(req.query.host)) return res.status(400).end()
  // ok: command-injection
  exec(`ping -c 1 ${req.query.host}`)
})

const tools = { image: 'convert', video: 'ffmpeg' }
app.post('/convert', (req, res) => {
  // ok: command-injection
  spawn(tools[req.body.kind], ['--version'])
  // ok: command-injection
  exec('uptime')
  const lines = /(\d+)/.exec(req.body.text)
  res.json(lines)
})

// ok: command-injection
require('child_process').spawn('ls', ['-l'], { shell: process.platform === 'win32' })

// ok: command-injection
require('child_process').spawn('tsc --noEmit && node dist/main.js', [], { shell: true })

// ok: command-injection
require('child_process').spawnSync('npm', ['ci'], { shell: true })

app.post('/repositories', (req, res) => {
  // ok: command-injection
  spawn('git', ['init', '--bare', path.join(settings.root, req.body.name)])
  // ok: command-injection
  spawn('git', ['init', `repositories/${req.body.name}`])
})

app.get('/own', (req, res) => {
  const own = Symbol.for('own')
  // ok: command-injection
  exec('ls ' + req[own])
  res.end()
})
