import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findConnection, formatCredentials } from '../src/credentials.ts'
import { isElsewhere } from '../src/platform/elsewhere.ts'
import { placesOf } from '../src/platform/places.ts'
import { command, elder, runProgram, startTestEdge } from './elder.ts'

let proxied: string[]
let proxy: ReturnType<typeof createServer>
let proxyUrl: string
let door: Awaited<ReturnType<typeof startTestEdge>>

beforeEach(async () => {
  proxied = []
  proxy = createServer((request, response) => {
    proxied.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ hits: [], tookMs: 1 }))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  door = await startTestEdge(() => ({ body: { hits: [], tookMs: 1 } }))
})
afterEach(() => {
  proxy.closeAllConnections()
  proxy.close()
  door.close()
})

const search = (env: NodeJS.ProcessEnv) => elder(['search', '--json', '--everywhere', 'words'], { env: { ELDER_API_KEY: 'elder_x', HTTP_PROXY: proxyUrl, ...env } })

test('reaches a platform elsewhere through the proxy of the environment', async () => {
  expect(await search({ ELDER_URL: 'http://elder.example.com' })).toMatchObject({ code: 0 })
  expect(proxied).toEqual(['POST http://elder.example.com/v1/searches'])
})

test('never asks a proxy about this machine', async () => {
  expect(await search({ ELDER_URL: door.url })).toMatchObject({ code: 0 })
  expect({ proxied, direct: door.asked.length }).toEqual({ proxied: [], direct: 1 })
})

test('goes round the proxy where NO_PROXY says so', async () => {
  const { code } = await search({ ELDER_URL: 'http://elder.invalid', NO_PROXY: 'elder.invalid' })
  expect({ code, proxied }).toEqual({ code: 3, proxied: [] })
})

test('refuses to send a stored key to another platform', async () => {
  const { code, stderr } = await elder(['search', 'words'], { env: { ELDER_URL: door.url } })
  expect({ code, asked: door.asked.length }).toEqual({ code: 2, asked: 0 })
  expect(stderr).toContain('ELDER_API_KEY is not')
  expect(await elder(['status'], { env: { ELDER_URL: door.url } })).toMatchObject({ code: 2, stderr })
})

test("in another user's checkout tells what the edge knows", async () => {
  const checkout = mkdtempSync(join(tmpdir(), 'elder-theirs-'))
  try {
    cpSync(dirname(command), join(checkout, 'apps/cli/dist'), { recursive: true })
    // Ours may lie where nobody else may look.
    const node = join(checkout, 'node')
    cpSync(process.execPath, node)
    chmodSync(checkout, 0o755)
    mkdirSync(join(checkout, '.elder'), { mode: 0 })
    const health = { state: 'degraded', causes: [{ component: 'redis', reason: 'refused', remedy: 'start redis' }], services: [{ name: 'auth', state: 'up', version: '0.1.0', instances: 2 }] }
    const asUser = async (word: string) => {
      const other = await startTestEdge(({ url }) => ({ body: url === '/v1/health' ? health : {} }))
      // Root reads everything.
      const user = process.getuid?.() === 0 ? { uid: 65_534 } : {}
      return runProgram(node, [join(checkout, 'apps/cli/dist/main.js'), ...word.split(' ')], { cwd: '/', env: other.env, ...user }).finally(other.close)
    }
    const status = await asUser('status')
    expect(status).toMatchObject({ code: 1, stdout: expect.stringMatching(/is degraded, as its edge reports[^]*auth +up +0\.1\.0 +2[^]*redis: refused\n {2}start redis/) as string })
    expect(JSON.parse((await asUser('status --json')).stdout)).toMatchObject(health)
    expect(await asUser('doctor')).toMatchObject({ code: 1, stdout: expect.stringMatching(/- +platform: not that of[^]*WRONG edge: degraded: redis: refused\n +fix: start redis/) as string })
  } finally {
    rmSync(checkout, { recursive: true })
  }
})

test('takes a URL that ends in a slash for the same platform', async () => {
  const checkout = mkdtempSync(join(tmpdir(), 'elder-slash-'))
  try {
    const { home, credentials } = placesOf(checkout)
    mkdirSync(home)
    writeFileSync(credentials, formatCredentials({ url: door.url, developerKey: 'elder_developer', adminKey: 'elder_admin' }))
    const env = { ELDER_URL: `${door.url}/` }
    expect(findConnection(checkout, env)).toEqual({ url: door.url, apiKey: 'elder_developer' })
    expect(isElsewhere(checkout, { ...env, ELDER_API_KEY: 'elder_developer' })).toBe(false)
  } finally {
    rmSync(checkout, { recursive: true })
  }
})

test('prints what points a shell at the platform', async () => {
  expect(await elder(['env'], { env: { ELDER_URL: door.url, ELDER_API_KEY: "it's" } })).toMatchObject({ code: 0, stdout: `export ELDER_URL=${door.url} ELDER_API_KEY='it'\\''s'\n` })
})
