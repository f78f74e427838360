import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'
import { commandOf, isRunning, socketsOf, socketsSeenBy, treeOf } from '../processes.ts'

const services = ['auth', 'cache', 'edge-proxy', 'monitoring', 'quality-check', 'sage-consultation']
let provider: ProviderStandIn
let platform: Platform
let repository: string

beforeAll(async () => {
  provider = await startProvider({ models: ['stand-in-1'] })
  repository = mkdtempSync(join(tmpdir(), 'elder-one-process-'))
  writeFileSync(join(repository, 'bad.py'), 'def f(x):\n    return eval(x)\n')
  writeFileSync(join(repository, 'bad.ts'), "import express from 'express'\nexpress().get('/a', (req, res) => { res.json(eval(req.query.sum)) })\n")
  writeFileSync(join(repository, 'tides.ts'), '/** Tells the hour of the next high tide. */\nexport function nextHighTide(now: Date): Date {\n  return new Date(now.getTime() + 44_700_000)\n}\n')
  execFileSync('git', ['init', '-q', repository])
  platform = await bringUp(['--one-process', '--provider', provider.url, '--model', 'stand-in-1'])
})

afterAll(async () => {
  await platform?.dispose()
  await provider?.close()
  rmSync(repository, { recursive: true })
})

test('six ready services share one process and say so', async () => {
  const { mode, services: running } = await platform.status()
  expect(mode).toBe('one-process')
  expect(running.map(({ name }) => name).sort()).toEqual(services)
  expect(running.every(({ ready, rssShared }) => ready && rssShared === true)).toBe(true)
  // Before an engine is loaded. What it is under work: tools/bench/memory.
  expect(running[0]?.rssBytes).toBeLessThan(200 * 1024 * 1024)
  const pids = [...new Set(running.map(({ pid }) => pid))]
  expect(pids).toHaveLength(1)
  // No other program of ours runs behind it under another name.
  const programs = treeOf(supervisorPid()).map(commandOf).filter((command) => command.includes('/dist/main.js'))
  expect(new Set(programs.map((command) => /apps\/([^/]+)\/dist/.exec(command)?.[1]))).toEqual(new Set(['cli', 'platform']))
  expect(programs).toHaveLength(2)
})

test('a file is checked, a question answered and a completion relayed', async () => {
  for (const file of ['bad.py', 'bad.ts']) {
    const check = await platform.elder(['check', '--format', 'aider', file], { cwd: repository })
    expect(check).toMatchObject({ code: 1, stdout: expect.stringMatching(new RegExp(`^${file.replace('.', String.raw`\.`)}:\\d+:\\d+: .*eval`, 'm')) })
  }
  expect(await platform.elder(['index'], { cwd: repository })).toMatchObject({ code: 0 })
  const consult = await platform.elder(['consult', '--json', 'when is the next high tide?'], { cwd: repository })
  expect(JSON.parse(consult.stdout)).toMatchObject({ citations: [expect.objectContaining({ path: 'tides.ts' })] as unknown[] })

  provider.behave({ do: 'answer', text: 'at a quarter past noon' })
  const completion = await platform.fetch('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'stand-in-1', stream: true, messages: [{ role: 'user', content: 'when?' }] }) })
  const text = (await completion.text()).split('\n').filter((line) => line.startsWith('data: {')).map((line) => (JSON.parse(line.slice(6)) as { choices: { delta?: { content?: string } }[] }).choices[0]?.delta?.content ?? '')
  expect(text.join('')).toBe('at a quarter past noon')
})

test('killed, all six are back in another process', async () => {
  const before = (await platform.status()).services[0]?.pid as number
  process.kill(before, 'SIGKILL')
  const { services: after } = await waitUntil(
    async () => {
      const status = await platform.status()
      return status.services.every(({ ready, pid }) => ready && pid !== before) ? status : undefined
    },
    { timeoutMs: 20_000, message: 'six services in a new process' },
  )
  expect(after.map(({ restarts }) => restarts)).toEqual(services.map(() => 1))
})

test('down leaves no process and no listening port', async () => {
  const pids = treeOf(supervisorPid())
  const listening = socketsOf(pids).filter((socket) => socket.listening)
  // The edge, an admin port for each service, RPC for all but the edge, and three servers.
  expect(new Set(listening.map(({ port }) => port)).size).toBeGreaterThanOrEqual(1 + 6 + 5 + 3)
  expect(await platform.down()).toMatchObject({ code: 0 })
  expect(pids.filter(isRunning).map(commandOf)).toEqual([])
  // Told by the socket and not by its port: what is free now, anyone may take.
  const inodes = new Set(listening.map(({ inode }) => inode))
  expect(socketsSeenBy('self').filter(({ inode }) => inodes.has(inode))).toEqual([])
})

function supervisorPid(): number {
  return (JSON.parse(readFileSync(join(platform.checkout, '.elder/run/state.json'), 'utf8')) as { supervisor: { pid: number } }).supervisor.pid
}
