import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringUp, runProgram, type Platform } from '../platform.ts'

const suite = fileURLToPath(new URL('../../node_modules/.bin/conformance', import.meta.url))
let platform: Platform
let proxy: Server
let results: string

beforeAll(async () => {
  results = mkdtempSync(join(tmpdir(), 'elder-conformance-'))
  platform = await bringUp()
  proxy = await addKey(platform)
})

afterAll(async () => {
  proxy?.close()
  await platform?.dispose()
  rmSync(results, { recursive: true })
})

/** The suite knows no keys: this hands on everything as it is, the Host included, and adds one. */
async function addKey({ url, developerKey }: Platform): Promise<Server> {
  const { hostname, port } = new URL(url)
  const server = createServer((incoming, answer) => {
    const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, authorization: `Bearer ${developerKey}` } }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const passing = ['dns-rebinding-protection', 'ping', 'prompts-list', 'resources-list', 'server-initialize', 'server-sse-multiple-streams', 'tools-list']

// They ask for tools, resources and prompts of a server that is made for the suite, or for what is not offered: see docs/mcp.md.
const ofTestServers = [
  'completion-complete',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'json-schema-2020-12',
  'logging-set-level',
  'prompts-get-embedded-resource',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-with-image',
  'resources-read-binary',
  'resources-read-text',
  'resources-subscribe',
  'resources-templates-read',
  'resources-unsubscribe',
  'server-sse-polling',
  'tools-call-audio',
  'tools-call-elicitation',
  'tools-call-embedded-resource',
  'tools-call-error',
  'tools-call-image',
  'tools-call-mixed-content',
  'tools-call-sampling',
  'tools-call-simple-text',
  'tools-call-with-logging',
  'tools-call-with-progress',
]

test('every scenario of the official suite that is about a server like ours passes', async () => {
  const { port } = proxy.address() as AddressInfo
  const { stdout } = await runProgram(process.execPath, [suite, 'server', '--url', `http://127.0.0.1:${port}/mcp`, '--suite', 'all', '--output-dir', results], { cwd: results })
  expect(stdout).toContain('SUMMARY')
  const outcomes = readdirSync(results).map((folder) => ({ scenario: folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, ''), checks: JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8')) as { status: string }[] }))
  const passed = outcomes.filter(({ checks }) => checks.some(({ status }) => status === 'SUCCESS') && !checks.some(({ status }) => status === 'FAILURE')).map(({ scenario }) => scenario)
  expect(passed.sort()).toEqual(passing)
  expect(outcomes.map(({ scenario }) => scenario).sort()).toEqual([...passing, ...ofTestServers].sort())
})
