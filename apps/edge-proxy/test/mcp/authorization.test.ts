import { request as httpRequest } from 'node:http'
import { beforeAll, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { developerKey, leadKey, requestIdOf, startRig, unknownKey, type Edge, type Rig } from '../rig.ts'
import { ask, post, rpc } from './peer.ts'

let rig: Rig
let edge: Edge
let published: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ ALLOWED_ORIGINS: 'https://ide.example' })
  published = await rig.startEdge({ PUBLIC_URL: 'https://elder.example/', AUTHORIZATION_SERVERS: 'https://login.example, https://other.example' })
})

const metadataPath = '/.well-known/oauth-protected-resource'

test.each([['', null], ['/mcp', null], ['/mcp', developerKey]])('the metadata promises no authorization server when there is none (%s)', async (of, key) => {
  const response = await edge.send('GET', metadataPath + of, { key })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ resource: `${edge.url}/mcp`, resource_name: 'Elder', bearer_methods_supported: ['header'] })
})

test('the metadata names the public address and the issuers that are set', async () => {
  expect(await (await published.send('GET', `${metadataPath}/mcp`, { key: null })).json()).toEqual({
    resource: 'https://elder.example/mcp',
    resource_name: 'Elder',
    bearer_methods_supported: ['header'],
    authorization_servers: ['https://login.example', 'https://other.example'],
    scopes_supported: ['elder:use', 'elder:remember'],
  })
})

test('a request without a key gets the metadata URL and no error code', async () => {
  const response = await edge.send('POST', '/mcp', { key: null, body: rpc('tools/list') })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe(`Bearer realm="elder", resource_metadata="${edge.url}${metadataPath}/mcp", scope="elder:use"`)
})

test('a bad key is refused with the words that OAuth clients look for', async () => {
  const response = await published.send('POST', '/mcp', { key: unknownKey, body: rpc('tools/list') })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="elder", error="invalid_token", error_description="this key is not known", resource_metadata="https://elder.example/.well-known/oauth-protected-resource/mcp", scope="elder:use"')
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'key_unknown', requestId: requestIdOf(response) } } })
})

test('a key in the address counts for nothing', async () => {
  for (const name of ['access_token', 'api_key', 'key']) expect((await edge.send('POST', `/mcp?${name}=${developerKey}`, { key: null, body: rpc('tools/list') })).status).toBe(401)
})

test('what the key may not do is refused before anything is done, and says what it lacks', async () => {
  rig.services.keys.set(leadKey, { principal: { subject: 'robot', name: 'robot', role: Role.ROLE_SERVICE, keyId: 'leadkey1' }, requestsPerMinute: 0 })
  const call = { name: 'elder_remember', arguments: { title: 'a', body: 'b' } }
  const before = rig.services.calls.length
  for (const { status, headers, only } of [await post(edge, rpc('tools/call', call), { key: leadKey }), await ask(edge, 'tools/call', call, { key: leadKey }), await post(edge, [rpc('tools/list', {}, 1), rpc('tools/call', call, 2)], { key: leadKey })]) {
    expect(status).toBe(403)
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(headers.get('www-authenticate')).toContain('scope="elder:use elder:remember"')
    expect(only.error?.message).toBe('elder_remember is for people: your key belongs to a service')
  }
  expect(rig.services.calls.slice(before).filter(({ method }) => method === 'createKnowledge')).toEqual([])
})

test('pages of other sites are kept out', async () => {
  const status = async (origin: string) => (await post(edge, rpc('ping'), { headers: { origin } })).status
  for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null', 'garbage', 'http://127.0.0.1.evil.example']) expect(await status(origin)).toBe(403)
  for (const origin of ['http://localhost:5173', 'http://127.0.0.1', 'http://[::1]:8080', 'https://ide.example']) expect(await status(origin)).toBe(200)
})

test('a door on this machine answers to no other name than its own and its public one', async () => {
  for (const host of ['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example']) expect(await statusFor(edge, host)).toBe(403)
  for (const host of ['localhost', 'localhost:1', '127.0.0.1:8420', '[::1]:8420', 'LOCALHOST', 'ide.example']) expect(await statusFor(edge, host)).toBe(200)
  expect(await statusFor(published, 'elder.example')).toBe(200)
})

/** fetch will not send a Host of our choice. */
function statusFor(to: Edge, host: string): Promise<number> {
  const { hostname, port } = new URL(to.url)
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path: '/mcp', method: 'POST', headers: { host, authorization: `Bearer ${developerKey}`, 'content-type': 'application/json' } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(rpc('ping')))
  })
}
