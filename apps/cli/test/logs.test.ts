import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../src/run.ts'

let checkout: string
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'elder-logs-'))
  mkdirSync(join(checkout, '.elder/logs'), { recursive: true })
})
afterEach(() => rmSync(checkout, { recursive: true }))

const write = (name: string, ...lines: (string | object)[]) => writeFileSync(join(checkout, '.elder/logs', name), lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
const line = (second: number, service: string, msg: string, level = 'info') => ({ level, time: `2026-11-22T18:00:0${second}.000Z`, service, instance: 'i', msg, port: 7 })

/** The command in this process: its checkout is the test's folder. */
async function logs(...args: string[]) {
  const said = { out: '', err: '' }
  const sink = (to: 'out' | 'err') => new Writable({ write: (chunk: Buffer, _encoding, done) => ((said[to] += chunk.toString()), done()) }) as unknown as NodeJS.WriteStream
  const code = await run(['logs', ...args], { checkout, env: {}, cwd: checkout, streams: { stdout: sink('out') as never, stderr: sink('err') as never, stdin: process.stdin } })
  return { code, ...said, messages: [...said.out.matchAll(/(first|second|third|fourth|plain)/g)].map(([word]) => word) }
}

test('puts the lines of all services in the order of time; a line without one stays behind its predecessor', async () => {
  write('auth.log', line(1, 'auth', 'first'), 'plain text', line(4, 'auth', 'fourth', 'error'))
  write('cache.log', line(2, 'cache', 'second'), line(3, 'cache', 'third'))
  const { code, out, messages } = await logs()
  expect({ code, messages }).toEqual({ code: 0, messages: ['first', 'plain', 'second', 'third', 'fourth'] })
  expect(out).toMatch(/^auth {14}\d\d:\d\d:\d\d info {2}first port=7$/m)
})

test('shows the last lines of one service, from before the rotation when there are too few', async () => {
  write('auth.log.1', line(1, 'auth', 'first'), line(2, 'auth', 'second'))
  write('auth.log', line(3, 'auth', 'third'))
  expect((await logs('auth', '-n', '2')).messages).toEqual(['second', 'third'])
  expect((await logs('auth', '--json', '-n', '1')).out).toBe(`${JSON.stringify(line(3, 'auth', 'third'))}\n`)
})

test('of services in one process each has its lines, after those it wrote by itself', async () => {
  write('auth.log', line(1, 'auth', 'first'))
  write('platform.log', line(2, 'auth', 'second'), line(3, 'cache', 'third'), 'plain', line(4, 'auth', 'fourth'))
  expect((await logs('auth')).messages).toEqual(['first', 'second', 'fourth'])
  expect((await logs('auth', '-n', '1')).messages).toEqual(['first', 'fourth'])
  expect(await logs('cache')).toMatchObject({ code: 0, messages: ['third'] })
  expect((await logs('cache', '--json')).out).toBe(`${JSON.stringify(line(3, 'cache', 'third'))}\n`)
  const { out, messages } = await logs()
  expect(messages).toEqual(['first', 'second', 'third', 'plain', 'fourth'])
  expect(out).toMatch(/^auth .* second.*\ncache .* third.*\nplatform +plain\nauth .* fourth/m)
  expect(await logs('cahce')).toMatchObject({ code: 2, err: expect.stringContaining('elder logs cache') as string })
})

test('for scripts every line is an object, also of servers that write text', async () => {
  write('postgres.log', '2026-11-22 18:00:01.000 UTC [7] LOG:  ready', 'plain "text"')
  const { out } = await logs('--json')
  expect(out.trimEnd().split('\n').map((one) => JSON.parse(one) as unknown)).toEqual([
    { time: '2026-11-22T18:00:01.000', service: 'postgres', msg: '2026-11-22 18:00:01.000 UTC [7] LOG:  ready' },
    { service: 'postgres', msg: 'plain "text"' },
  ])
})

test('a line in another format is shown unchanged, and hides none of the others', async () => {
  const foreign = '{"level":40,"time":1795370400000,"msg":"a library says this"}'
  write('auth.log', line(1, 'auth', 'first'), foreign, '{"level":30}', line(2, 'auth', 'second'))
  const { code, out, messages } = await logs()
  expect({ code, messages }).toEqual({ code: 0, messages: ['first', 'second'] })
  expect(out).toContain(`auth              ${foreign}\n`)
  expect(JSON.parse((await logs('--json')).out.split('\n')[1] ?? '')).toEqual({ service: 'auth', msg: foreign })
})

test('says so when nothing has run', async () => {
  expect(await logs()).toMatchObject({ code: 1, err: expect.stringMatching(/nothing has run here yet\n.*elder up/) as string })
})

test('names the log that is meant', async () => {
  write('auth.log', '')
  expect(await logs('auht')).toMatchObject({ code: 2, err: expect.stringMatching(/no log of auht\n.*elder logs auth/) as string })
})
