const { exec, spawn, execFile, execSync } = require('child_process')
const cp = require('node:child_process')
const shell = require('shelljs')
function convert(name, opts) {
  // ruleid: command
  exec(`convert ${name} out.png`, (e) => console.log(e))
  // ok: command
  execFile('convert', [name, 'out.png'])
  // ok: command
  spawn('ls', ['-la', name])
  // ruleid: command
  spawn('sh', ['-c', 'ls ' + name])
  // ruleid: command
  cp.execSync('rm -rf ' + opts.dir)
  // ok: command
  execSync('git rev-parse HEAD')
  // ruleid: command
  shell.exec('tar xf ' + name)
}
module.exports = (req, res) => {
  const host = req.query.host
  // ruleid: command
  exec('ping -c 1 ' + host)
  if (!/^[a-z0-9.]+$/.test(host)) return res.status(400).end()
  // ok: command
  exec('ping -c 1 ' + host)
  const n = parseInt(req.query.n, 10)
  // ok: command
  exec('head -n ' + n + ' /var/log/app.log')
  // ruleid: command
  spawn(req.body.cmd, { shell: true })
}
