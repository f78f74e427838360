import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { FileResult, Finding } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { developerKey, requestIdOf, startRig, unknownKey, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
const clients: Client[] = []
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ ALLOWED_ORIGINS: 'https://ide.example' })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

async function connect(headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  clients.push(client)
  await client.connect(new StreamableHTTPClientTransport(new URL(`${edge.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${developerKey}`, ...headers } } }))
  return client
}

async function textOf(call: ReturnType<Client['callTool']>): Promise<{ text: string; isError: boolean }> {
  const { content, isError } = (await call) as { content: { type: string; text: string }[]; isError?: boolean }
  return { text: content.map(({ text }) => text).join('\n'), isError: isError === true }
}

test('a client finds both tools, with schemas that need nothing else', async () => {
  const { tools } = await (await connect()).listTools()
  expect(tools.map(({ name }) => name)).toEqual(['elder_check', 'elder_consult'])
  for (const { inputSchema } of tools) {
    expect(inputSchema.type).toBe('object')
    expect(JSON.stringify(inputSchema)).not.toMatch(/\$ref|\$defs/)
  }
  expect(tools[0]?.inputSchema.required).toEqual(['path', 'content'])
})

test('elder_check tells the verdict first and one finding a line', async () => {
  const { text, isError } = await textOf((await connect({ 'x-elder-repository': 'r1' })).callTool({ name: 'elder_check', arguments: { path: 'src/a.py', content: 'eval(x)', policy: 'version: 1' } }))
  expect(isError).toBe(false)
  expect(text.split('\n')).toEqual(['verdict: fail (src/a.py)', 'src/a.py:3:7 error ruff/S307 eval of input', 'criterion security failed: 12.5 of at least 90'])
  expect(rig.services.calls.at(-1)).toMatchObject({ method: 'check', request: { repository: 'r1', policyYaml: 'version: 1' }, call: { principal: { subject: 'dev' } } })
})

test('elder_check takes what changed, and tells the way from source to sink and what is old', async () => {
  const { check } = rig.services
  rig.services.check = async function* (request, call) {
    const step = (line: number, message: string) => ({ line, column: 1, endLine: line, endColumn: 2, message })
    yield { event: { $case: 'finding', value: Finding.fromPartial({ file: 'a.ts', line: 9, column: 3, rule: 'elder/sql-injection', severity: 1, message: 'user input reaches db.query', fix: 'Bind it.', flow: [step(3, 'request data from req.query.id'), step(9, 'reaches db.query')] }) } }
    yield { event: { $case: 'file', value: FileResult.fromPartial({ path: 'a.ts', status: 1, existingFindings: 4 }) } }
    for await (const one of check(request, call)) if (one.event?.$case === 'report') yield one
  }
  const { text } = await textOf((await connect()).callTool({ name: 'elder_check', arguments: { path: 'a.ts', content: 'x', diff: '@@ -0,0 +1 @@\n+x\n', changedLines: [{ first: 1, last: 1 }] } }))
  rig.services.check = check
  expect(text).toContain('a.ts:9:3 error elder/sql-injection user input reaches db.query Path: request data from req.query.id (line 3) -> reaches db.query (line 9). Fix: Bind it.')
  expect(text).toContain('a.ts has 4 older findings, which do not count and are not listed')
  expect(rig.services.calls.at(-1)).toMatchObject({ request: { diff: '@@ -0,0 +1 @@\n+x\n', files: [{ changedLines: [{ first: 1, last: 1 }] }] } })
})

test('elder_consult answers in text that stands alone', async () => {
  const { text } = await textOf((await connect()).callTool({ name: 'elder_consult', arguments: { question: 'why?' } }))
  expect(text).toBe('You asked: why?. See src/a.ts:3-9.')
})

test('what goes wrong is told to the model, not to the protocol', async () => {
  const client = await connect()
  expect(await textOf(client.callTool({ name: 'elder_check', arguments: { path: 'a.py' } }))).toMatchObject({ isError: true, text: expect.stringContaining('content:') as string })
  expect(await textOf(client.callTool({ name: 'elder_sing', arguments: {} }))).toMatchObject({ isError: true, text: expect.stringContaining('there are: elder_check, elder_consult') as string })
  const { check } = rig.services
  rig.services.check = () => {
    throw new ServiceError('unavailable', 'no engine is loaded')
  }
  expect(await textOf(client.callTool({ name: 'elder_check', arguments: { path: 'a.py', content: '' } }))).toEqual({ isError: true, text: 'no engine is loaded' })
  rig.services.check = () => {
    throw new TypeError('secret detail')
  }
  const broken = await textOf(client.callTool({ name: 'elder_check', arguments: { path: 'a.py', content: '' } }))
  expect(broken.isError).toBe(true)
  expect(broken.text).not.toContain('secret detail')
  rig.services.check = check
})

test('a bad key is refused with the word that OAuth clients look for', async () => {
  const response = await edge.send('POST', '/mcp', { key: unknownKey, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="elder", error="invalid_token"')
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'key_unknown', requestId: requestIdOf(response) } } })
})

test('pages of other sites are kept out', async () => {
  const status = async (origin: string) => (await edge.send('POST', '/mcp', { headers: { origin }, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })).status
  expect(await status('https://evil.example')).toBe(403)
  expect(await status('http://localhost.evil.example')).toBe(403)
  expect(await status('null')).toBe(403)
  expect(await status('http://localhost:5173')).toBe(200)
  expect(await status('https://ide.example')).toBe(200)
})

test.each([
  ['no JSON', '{"jsonrpc"', 400],
  ['no JSON-RPC', '{"hello":1}', 400],
  ['an unknown protocol version', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', 400],
])('%s is answered with an error of the protocol', async (_, body, status) => {
  const response = await edge.send('POST', '/mcp', { body, headers: { 'mcp-protocol-version': '1999-01-01' } })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { message: expect.any(String) as string } })
})
