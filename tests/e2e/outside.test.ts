import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { closeNetwork, type ClosedNetwork } from '../closed-network.ts'
import { bringUp, runProgram, type Ended, type Platform } from '../platform.ts'

const providerMain = fileURLToPath(new URL('../../libs/testkit/src/provider-main.ts', import.meta.url))
let platform: Platform
let network: ClosedNetwork
let repository: string

beforeAll(async () => {
  repository = mkdtempSync(join(tmpdir(), 'elder-outside-'))
  writeFileSync(join(repository, 'bad.py'), 'def f(x):\n    return eval(x)\n')
  writeFileSync(join(repository, 'bad.ts'), "import express from 'express'\nexpress().get('/a', (req, res) => { res.json(eval(req.query.sum)) })\n")
  execFileSync('git', ['init', '-q', repository])
  // The first time, programs may have to be fetched. From then on nothing is.
  platform = await bringUp()
  await platform.down()
  network = await closeNetwork(() => process.pid)
})

afterAll(async () => {
  await platform?.dispose()
  network?.close()
  rmSync(repository, { recursive: true })
})

const run = (command: string, ...args: string[]): Promise<Ended> => runProgram(...network.enter(repository, command, ...args), { cwd: repository })
const elder = (...words: string[]) => run(join(platform.checkout, 'elder'), ...words)

const completion = `
const { ELDER_URL, ELDER_API_KEY } = Object.fromEntries(require('node:fs').readFileSync(process.argv[1], 'utf8').split('\\n').map((line) => line.split('=')))
const body = JSON.stringify({ model: 'stand-in-1', messages: [{ role: 'user', content: 'hello' }] })
fetch(ELDER_URL + '/v1/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ' + ELDER_API_KEY, 'content-type': 'application/json' }, body })
  .then(async (response) => console.log(response.status, await response.text()))
`

test('the whole platform works with no network and never tries to reach one', async () => {
  const [command, args] = network.enter(repository, process.execPath, providerMain)
  const provider = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void provider.kill())
  const [url] = (await once(provider.stdout, 'data')) as [Buffer]

  expect(await elder('up', '--detach', '--provider', url.toString().trim(), '--model', 'stand-in-1')).toMatchObject({ code: 0 })
  for (const file of ['bad.py', 'bad.ts']) expect(await elder('check', '--format', 'aider', file)).toMatchObject({ code: 1, stdout: expect.stringContaining('eval') })
  expect(await elder('index')).toMatchObject({ code: 0 })
  expect(await elder('consult', 'who calls eval?')).toMatchObject({ code: 0, stdout: expect.stringContaining('bad.py') })
  expect(await run(process.execPath, '-e', completion, join(platform.checkout, '.elder/credentials'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 /) })
  expect(await elder('doctor')).toMatchObject({ code: 0 })
  expect(await elder('down')).toMatchObject({ code: 0 })

  expect(network.attempts()).toEqual([])
})

test('a program that tries is noticed: by address, and by name', async () => {
  const outside = Object.values(networkInterfaces()).flat().find((own) => own?.family === 'IPv4' && !own.internal)?.address ?? '192.0.2.1'
  const listener = createServer().listen(0)
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const isNoticed = async (host: string) => {
    const before = network.attempts().length
    await run(process.execPath, '-e', `require('node:net').connect(${port}, '${host}').on('error', () => {}); setTimeout(() => process.exit(), 500)`)
    return network.attempts().length > before
  }
  // Looking at connections does not show what is asked of a name server.
  expect([await isNoticed(outside), await isNoticed('telemetry.example.com')]).toEqual([true, network.by === 'namespace'])
  listener.close()
})
