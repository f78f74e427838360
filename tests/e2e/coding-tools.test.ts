import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, type ProviderStandIn } from '@elder/testkit'
import { bringUp, runProgram, type Ended, type Platform } from '../platform.ts'

const cn = fileURLToPath(new URL('../../node_modules/.bin/cn', import.meta.url))
let provider: ProviderStandIn
let platform: Platform
let repository: string

beforeAll(async () => {
  provider = await startProvider({ models: ['stand-in-1'], key: 'the-provider-key' })
  repository = mkdtempSync(join(tmpdir(), 'elder-repository-'))
  mkdirSync(join(repository, 'src'))
  writeFileSync(join(repository, 'src/payments.ts'), paymentsSource)
  writeFileSync(join(repository, 'src/greeting.ts'), 'export function greet(name: string): string {\n  return `Hello ${name}`\n}\n')
  writeFileSync(join(repository, 'keyfile'), 'the-provider-key\n')
  execFileSync('git', ['init', '-q', repository])
  platform = await bringUp(['--provider', provider.url, '--provider-key-file', join(repository, 'keyfile'), '--model', 'stand-in-1'])
})

afterAll(async () => {
  await platform?.dispose()
  await provider?.close()
  rmSync(repository, { recursive: true })
})

const paymentsSource = `const attempts = 4

/** Retries a failed payment with exponential back-off, and gives up after four attempts. */
export async function retryFailedPayment(pay: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pay()
    } catch (error) {
      if (attempt === attempts) throw error
    }
  }
}
`

/** Continue's own command line, with a configuration that `up` wrote. */
function runContinue(prompt: string, config = 'continue.yaml'): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), 'elder-continue-'))
  return runProgram(cn, ['-p', '--config', join(platform.checkout, '.elder', config), prompt], {
    cwd: repository,
    env: { CONTINUE_GLOBAL_DIR: home, HOME: home, CONTINUE_CLI_ENABLE_TELEMETRY: '0', CONTINUE_CLI_AUTO_UPDATED: '1', CONTINUE_API_BASE: 'http://127.0.0.1:9', CI: 'true' },
  })
}

test('Continue streams an answer of the provider through the edge', async () => {
  provider.behave({ do: 'answer', text: 'the tide is high at noon' })
  const before = provider.requests.length
  const { code, stdout, stderr } = await runContinue('When is the tide high?')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining('the tide is high at noon') })
  const seen = provider.requests.slice(before).find(({ path }) => path === '/v1/chat/completions')
  expect(seen?.headers.authorization).toBe('Bearer the-provider-key')
  expect(seen?.headers['x-elder-client']).toBeUndefined()
  expect(JSON.parse(String(seen?.body))).toMatchObject({ model: 'stand-in-1', stream: true })
})

test('Continue calls elder_check through MCP and hands the findings to the model', async () => {
  provider.behave({ do: 'callTool', name: 'elder_check', arguments: { path: 'demo.py', content: 'def f(x):\n    return eval(x)\n' } }, { do: 'answer', text: 'the gate objects to eval' })
  const before = provider.requests.length
  const { code, stdout } = await runContinue('Check demo.py')
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('the gate objects to eval') })
  const followUp = JSON.parse(String(provider.requests.slice(before).at(-1)?.body)) as { messages: { role: string; content: string }[] }
  const result = followUp.messages.find(({ role }) => role === 'tool')
  expect(result?.content).toContain('demo.py:2')
  expect(result?.content).toContain('fail')
})

test('elder/sages cites a file of the indexed repository, for Continue too', async () => {
  const index = await platform.elder(['index', '--json'], { cwd: repository })
  expect(index).toMatchObject({ code: 0 })
  expect(JSON.parse(index.stdout)).toMatchObject({ files: expect.any(Number), added: expect.any(Number) })

  const consult = await platform.elder(['consult', '--json', 'where do we retry a failed payment?'], { cwd: repository })
  expect(JSON.parse(consult.stdout)).toMatchObject({ citations: [expect.objectContaining({ source: 'rag', path: 'src/payments.ts', startLine: expect.any(Number) })] as unknown[] })

  const answer = await platform.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'elder/sages', messages: [{ role: 'user', content: 'where do we retry a failed payment?' }] }),
  })
  expect(await answer.json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: expect.stringMatching(/src\/payments\.ts:\d+-\d+/) } }] })

  const { code, stdout } = await runContinue('where do we retry a failed payment?', 'continue-sages.yaml')
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('src/payments.ts') })
})

test('an MCP client lists and calls the tools', async () => {
  const client = new Client({ name: 'tests', version: '0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${platform.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${platform.developerKey}` } } }))
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['elder_check', 'elder_consult']))
  const answer = await client.callTool({ name: 'elder_consult', arguments: { question: 'who retries failed payments?' } })
  expect(JSON.stringify(answer.content)).toContain('src/payments.ts')
  await client.close()
})

test('check speaks Aider: relative path, line, message, and 1 when the gate fails', async () => {
  writeFileSync(join(repository, 'bad.py'), 'import os\n\ndef f(x):\n    try:\n        return eval(x)\n    except:\n        pass\n')
  const failing = await platform.elder(['check', '--format', 'aider', 'bad.py'], { cwd: repository })
  expect(failing.code).toBe(1)
  expect(failing.stdout).toMatch(/^bad\.py:5:\d+: .*eval/m)
  const clean = await platform.elder(['check', '--format', 'aider', 'src/greeting.ts'], { cwd: repository })
  expect(clean).toMatchObject({ code: 0, stdout: '' })
})

test('a second check is answered from the cache until a byte changes, and a policy is heeded at once', async () => {
  const check = async () => JSON.parse((await platform.elder(['check', '--format', 'json', 'cached.ts'], { cwd: repository })).stdout) as { files: { cached: boolean }[]; findings: { rule: string }[] }
  const cachedOf = async () => (await check()).files[0]?.cached
  const source = 'export const answer = (text: string): unknown => eval(text)\n'
  writeFileSync(join(repository, 'cached.ts'), source)
  expect([await cachedOf(), await cachedOf()]).toEqual([false, true])
  writeFileSync(join(repository, 'cached.ts'), `${source} `)
  expect(await cachedOf()).toBe(false)
  writeFileSync(join(repository, 'cached.ts'), source)
  expect(await cachedOf()).toBe(true)
  expect((await check()).findings.map(({ rule }) => rule)).toContain('oxlint/no-eval')
  writeFileSync(join(repository, 'elder.yaml'), 'version: 1\nrules:\n  oxlint/no-eval: off\n')
  expect((await check()).findings.map(({ rule }) => rule)).not.toContain('oxlint/no-eval')
  expect(await cachedOf()).toBe(true)
  rmSync(join(repository, 'elder.yaml'))
})
