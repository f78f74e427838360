import { beforeAll, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { FileResult, Finding } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { waitUntil } from '@elder/testkit'
import { leadKey, startRig, type Edge, type Rig } from '../rig.ts'
import { connecting, textOf } from './peer.ts'

let rig: Rig
let edge: Edge
let hasty: Edge
const connect = connecting(() => edge)
const connectHastily = connecting(() => hasty)
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
  hasty = await rig.startEdge({ TOOL_WAIT_MS: '300' })
})

const all = ['elder_check', 'elder_check_status', 'elder_consult', 'elder_search_code', 'elder_knowledge', 'elder_remember', 'elder_findings', 'elder_rules']

test('a client finds every tool, with schemas that need nothing else', async () => {
  const client = await connect()
  expect(client.getInstructions()).toContain('elder_check')
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(all)
  for (const { inputSchema } of tools) {
    expect(inputSchema.type).toBe('object')
    expect(JSON.stringify(inputSchema)).not.toMatch(/\$ref|\$defs|\$schema/)
  }
  expect(tools[0]?.inputSchema.required).toEqual(['path', 'content'])
  expect(Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]))).toMatchObject({ elder_consult: true, elder_remember: false, elder_findings: true })
})

test('the key of a service is not offered what is for people', async () => {
  rig.services.keys.set(leadKey, { principal: { subject: 'robot', name: 'robot', role: Role.ROLE_SERVICE, keyId: 'leadkey1' }, requestsPerMinute: 0 })
  const { tools } = await (await connect({ authorization: `Bearer ${leadKey}` })).listTools()
  expect(tools.map(({ name }) => name)).toEqual(all.filter((name) => name !== 'elder_remember'))
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
  const { text } = await textOf((await connect()).callTool({ name: 'elder_check', arguments: { path: 'a.ts', content: 'x', diff: '@@ -0,0 +1 @@\n+x\n', changedLines: [{ first: 1, last: 1 }], files: [{ path: 'b.ts', content: 'y' }] } }))
  rig.services.check = check
  expect(text).toContain('a.ts:9:3 error elder/sql-injection user input reaches db.query Path: request data from req.query.id (line 3) -> reaches db.query (line 9). Fix: Bind it.')
  expect(text).toContain('a.ts has 4 older findings, which do not count and are not listed')
  expect(rig.services.calls.at(-1)).toMatchObject({ request: { diff: '@@ -0,0 +1 @@\n+x\n', files: [{ changedLines: [{ first: 1, last: 1 }] }, { path: 'b.ts' }] } })
})

test('a check that takes too long continues as a job, which elder_check_status follows', async () => {
  const { check } = rig.services
  // oxlint-disable-next-line require-yield -- it never gets so far
  rig.services.check = async function* (_, { signal }) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new ServiceError('cancelled', 'over')
  }
  const client = await connectHastily({ 'x-elder-repository': 'r1' })
  const { text } = await textOf(client.callTool({ name: 'elder_check', arguments: { path: 'a.py', content: 'x' } }))
  rig.services.check = check
  expect(text).toContain('continues as check c7')
  const asked = rig.services.calls.slice(-4).map(({ method, request }) => ({ method, request }))
  expect(asked).toMatchObject([{ method: 'check' }, { method: 'createRepositoryCheck', request: { repository: 'r1', someFiles: true } }, { method: 'addRepositoryFiles', request: { checkId: 'c7', files: [{ path: 'a.py' }] } }, { method: 'startRepositoryCheck', request: { checkId: 'c7' } }])

  expect((await textOf(client.callTool({ name: 'elder_check_status', arguments: { checkId: 'c7' } }))).text).toContain('verdict: fail (check c7)\nsrc/a.py:3:7 error ruff/S307 eval of input')
  expect(await textOf(client.callTool({ name: 'elder_check_status', arguments: { checkId: 'c8' } }))).toEqual({ isError: true, text: 'check c8 does not exist' })
})

test('a running check returns its progress', async () => {
  const { watch } = rig.services
  rig.services.watch = async function* (_, { signal }) {
    yield { event: { $case: 'progress', value: { stage: 'files', done: 1, total: 3 } } }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new ServiceError('cancelled', 'over')
  }
  const { text } = await textOf((await connect()).callTool({ name: 'elder_check_status', arguments: { checkId: 'c7', waitSeconds: 1 } }))
  rig.services.watch = watch
  expect(text).toBe('check c7 is running, files 1 of 3. Call elder_check_status again.')
})

test.each([
  ['elder_consult', { question: 'why?' }, 'You asked: why?. See src/a.ts:3-9.'],
  ['elder_search_code', { query: 'retry' }, 'src/a.ts:3-9 (r)\nconst a'],
  ['elder_knowledge', { query: 'x' }, '# T\n(lesson; id k1; version 1)\nB'],
  ['elder_knowledge', { id: 'k9' }, '# T\n(lesson; id k9; version 1)\nB'],
  ['elder_remember', { title: 'Retry', body: 'Four times.', kind: 'decision' }, 'Recorded as decision k1: Retry'],
  ['elder_findings', { repository: 'r1' }, '1 open findings in r1\nsrc/a.py:3:7 error ruff/S307 eval of input (reopened)'],
  ['elder_rules', {}, 'Rules (1): elder/empty-catch'],
  ['elder_rules', { rule: 'elder/empty-catch' }, '# elder/empty-catch: Swallowed error\n(root_cause; error; javascript)\nIn javascript it advises in a check of a whole repository that does not say which lines are new.\nWhy: It hides failures.\nFix: Handle it.\nIt reports:\ntry { f() } catch {}'],
  ['elder_rules', { rule: 'ours/catch' }, 'There is no rule ours/catch. Similar (1): elder/empty-catch'],
])('%s answers in self-contained text', async (name, input, expected) => {
  expect(await textOf((await connect()).callTool({ name, arguments: input }))).toEqual({ isError: false, text: expected })
})

test('an answer names the sages it lacks', async () => {
  const { consult } = rig.services
  rig.services.consult = async function* (request, call) {
    for await (const response of consult(request, call)) {
      if (response.event?.$case === 'consultation') response.event.value.sages.push({ name: 'task', status: 'timed_out', tookMillis: 900 })
      yield response
    }
  }
  const { text } = await textOf((await connect()).callTool({ name: 'elder_consult', arguments: { question: 'why?' } }))
  rig.services.consult = consult
  expect(text).toContain('This answer lacks: task (timed out).')
})

test('a wrong call is a result that names each wrong argument', async () => {
  const client = await connect()
  const failed = async (name: string, input: object) => textOf(client.callTool({ name, arguments: { ...input } }))
  expect(await failed('elder_check', { path: 'a.py', contents: 'x' })).toEqual({ isError: true, text: 'invalid arguments for elder_check. content: is missing; unknown argument "contents": leave it out or correct its name' })
  expect(await failed('elder_search_code', { query: 'x', limit: 500 })).toMatchObject({ isError: true, text: expect.stringContaining('limit: ') as string })
  expect(await failed('elder_findings', {})).toMatchObject({ isError: true, text: expect.stringContaining('X-Elder-Repository') as string })
  const metrics = await edge.metrics()
  expect(metrics.split('\n').some((line) => line.startsWith('elder_edge_mcp_tool_calls_total{') && line.includes('tool="elder_findings"') && line.includes('outcome="failed"'))).toBe(true)
  await expect(client.callTool({ name: 'elder_sing', arguments: {} })).rejects.toThrow(/-32602: there is no tool "elder_sing"; there are: elder_check, /)
})

test('the refusal of a service is shown to the client, an internal error is not', async () => {
  const client = await connect()
  const { check } = rig.services
  rig.services.check = () => {
    throw new ServiceError('unavailable', 'no engine is loaded')
  }
  expect(await textOf(client.callTool({ name: 'elder_check', arguments: { path: 'a.py', content: '' } }))).toEqual({ isError: true, text: 'no engine is loaded' })
  rig.services.check = () => {
    throw new TypeError('secret detail')
  }
  const broken = await textOf(client.callTool({ name: 'elder_check', arguments: { path: 'a.py', content: '' } }))
  rig.services.check = check
  expect(broken.isError).toBe(true)
  expect(broken.text).not.toContain('secret detail')
})

test('a client that asks for progress is notified of every file', async () => {
  const heard: unknown[] = []
  const files = ['b.py', 'c.py'].map((path) => ({ path, content: 'x' }))
  const { content } = (await (await connect()).callTool({ name: 'elder_check', arguments: { path: 'a.py', content: 'x', files } }, undefined, { onprogress: (progress) => heard.push(progress) })) as { content: { text: string }[] }
  expect(heard).toEqual(['a.py', 'b.py', 'c.py'].map((message, index) => ({ progress: index + 1, total: 3, message })))
  expect(content[0]?.text).toContain('verdict: fail (3 files)')
})

test.each([['with progress', true], ['without progress', false]])('what a client cancels stops in the service, %s', async (_, withProgress) => {
  const { consult } = rig.services
  let reached = false
  let stopped = false
  rig.services.consult = async function* (__, { signal }) {
    reached = true
    yield { event: { $case: 'text', value: 'I begin' } }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    stopped = true
  }
  const client = await connect()
  const controller = new AbortController()
  const call = client.callTool({ name: 'elder_consult', arguments: { question: 'why?' } }, undefined, { signal: controller.signal, ...(withProgress && { onprogress: () => {} }) })
  const [refused] = await Promise.all([
    call.then(() => 'answered', String),
    waitUntil(() => reached).then(() => controller.abort(new Error('enough'))),
  ])
  expect(refused).toContain('enough')
  await waitUntil(() => stopped)
  rig.services.consult = consult
  expect((await client.listTools()).tools).toHaveLength(all.length)
})

test('resources are listed for the repository that the client names, and read', async () => {
  const client = await connect({ 'x-elder-repository': 'github.com/acme/shop' })
  const { resources } = await client.listResources()
  expect(resources.map(({ uri }) => uri)).toEqual(['elder://policy/github.com%2Facme%2Fshop', 'elder://findings/github.com%2Facme%2Fshop', 'elder://knowledge/k1'])
  const read = async (uri: string) => ((await client.readResource({ uri })).contents[0] as { text: string }).text
  expect(await read('elder://findings/github.com%2Facme%2Fshop')).toContain('1 open findings in github.com/acme/shop')
  expect(await read('elder://policy/r1')).toContain('Nothing has been checked in r1 yet')
  expect(await read('elder://knowledge/k7')).toContain('id k7')
  expect(await read('elder://rules/elder%2Fempty-catch')).toContain('It hides failures.')
  expect((await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['elder://policy/{repository}', 'elder://findings/{repository}', 'elder://rules/{rule}', 'elder://knowledge/{id}'])
  for (const uri of ['elder://secrets/x', 'file:///etc/passwd', 'elder://knowledge/', 'elder://knowledge/%E0%A4%A', 'elder://rules/none']) await expect(client.readResource({ uri })).rejects.toThrow(/-32002/)
})

test('prompts are listed and written with their arguments', async () => {
  const client = await connect()
  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['elder-review', 'elder-fix', 'elder-plan'])
  const { messages } = await client.getPrompt({ name: 'elder-plan', arguments: { goal: 'retry failed payments' } })
  expect(messages).toMatchObject([{ role: 'user', content: { type: 'text', text: expect.stringMatching(/elder_consult[\s\S]*The change:\nretry failed payments$/) as string } }])
  await expect(client.getPrompt({ name: 'elder-plan', arguments: {} })).rejects.toThrow(/goal: is missing/)
  await expect(client.getPrompt({ name: 'elder-plan', arguments: { goal: 'x', size: 'y' } })).rejects.toThrow(/unknown argument "size"; elder-plan takes: goal/)
  await expect(client.getPrompt({ name: 'elder-sing' })).rejects.toThrow(/there are: elder-review/)
})
