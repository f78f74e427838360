import { exec } from 'node:child_process'
import Router from '@koa/router'

const commands = { disk: 'df -h', memory: 'free -m' }
const router = new Router()

router.get('/run', (ctx) => {
  const known = commands[ctx.query.name]
  // ok: command-injection
  if (known) exec(known)
})

router.get('/run/:name', (ctx) => {
  // ruleid: command-injection
  exec(commands[ctx.query.name] || ctx.query.command)
})
