const { WebSocketServer } = require('ws')
const { Server } = require('socket.io')
const cp = require('node:child_process')
const fs = require('fs')
const { exec } = require('shelljs')
const execa = require('execa')
const wss = new WebSocketServer({ port: 1 })
wss.on('connection', (socket) => {
  socket.on('message', (data) => {
    const message = JSON.parse(data)
    // ruleid: flaw
    cp.exec(message.command)
    // ok: sound
    cp.execFile('uptime')
    // ruleid: flaw
    fs.readFile(`/srv/${message.file}`, () => socket.close())
  })
})
const io = new Server(2)
io.on('connection', (socket) => {
  socket.on('eval', (code) => {
    // ruleid: flaw
    eval(code)
  })
  socket.on('sh', ({ line }) => {
    // ruleid: flaw
    exec(line)
    // ruleid: flaw
    execa.command(line)
    // ruleid: flaw
    execa('sh', ['-c', line])
  })
})
