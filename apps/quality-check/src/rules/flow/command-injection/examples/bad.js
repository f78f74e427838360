const { exec, spawn, execFile } = require('node:child_process')
const express = require('express')

const app = express()

app.get('/ping', (req, res) => {
  // ruleid: command-injection
  exec(`ping -c 1 ${req.query.host}`, (error, stdout) => res.json({ stdout }))
})

app.post('/convert', (req, res) => {
  const { file, tool } = req.body
  // ruleid: command-injection
  spawn('convert', [file, 'out.png'], { shell: true })
  // ruleid: command-injection
  execFile(tool, ['--version'])
  // ruleid: command-injection
  spawn('sh', ['-c', 'ls ' + file])
  res.end()
})

function archive(folder) {
  // ruleid: command-injection
  exec('tar czf backup.tgz ' + folder)
}

module.exports = { archive }

// ruleid: command-injection
require('child_process').spawn('ls', ['-l'], { shell: true })

app.post('/ports/:port/free', (req, res) => {
  // ruleid: command-injection
  execa.shell(`lsof -ti tcp:${req.params.port} | xargs kill`)
  res.end()
})
