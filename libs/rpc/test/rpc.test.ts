import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Role, type Principal } from '@elder/contracts/auth'
import { CacheServiceDefinition, type GetRequest } from '@elder/contracts/cache'
import { HealthDefinition, type HealthCheckRequest, type HealthCheckResponse } from '@elder/contracts/health'
import { CheckRequest, QualityCheckServiceDefinition, type EditSessionRequest } from '@elder/contracts/quality'
import { ConsultationServiceDefinition } from '@elder/contracts/sage'
import { codes, ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { createTelemetry, type Telemetry } from '@elder/telemetry'
import { connectRpc, implement, implementSome, personCall, requireRole, requireService, serveRpc, serviceCall, type Call, type RpcClient, type RpcServer } from '../src/index.ts'

const principalSecret = 'a secret of the tests'
const ada: Principal = { subject: 'u1', name: 'ada', role: Role.ROLE_DEVELOPER, keyId: 'abcd1234' }

let telemetry: Telemetry
let health: Health
let server: RpcServer
let cache: RpcClient<CacheServiceDefinition>
let sages: RpcClient<ConsultationServiceDefinition>
let quality: RpcClient<QualityCheckServiceDefinition>
let onGet: (request: GetRequest, call: Call) => Promise<void>
let streamEnded: PromiseWithResolvers<unknown>

function serve(port: number): Promise<RpcServer> {
  return serveRpc(
    { host: '127.0.0.1', port, principalSecret },
    {
      telemetry,
      health,
      verifyKey: async (key) => {
        if (key === 'good') return ada
        throw new ServiceError('unauthenticated', 'no such key', { reason: 'KEY_UNKNOWN' })
      },
      implementations: [
        implement(CacheServiceDefinition, {
          get: async (request, call) => {
            await onGet(request, call)
            return { entries: [] }
          },
          set: async (_request, call) => {
            requireRole(call, Role.ROLE_LEAD)
            return { kept: 0 }
          },
          invalidate: async (_request, call) => {
            requireService(call)
            return {}
          },
        }),
        implementSome(QualityCheckServiceDefinition, {
          async *editSession(requests) {
            for await (const { event } of requests) {
              if (event?.$case === 'close') throw new ServiceError('invalid_argument', 'close came before open', { field: 'close' })
              if (event?.$case === 'open') yield { path: event.value.repository, version: 1, file: undefined, findings: [], report: undefined, error: '' }
            }
          },
        }),
        implement(ConsultationServiceDefinition, {
          async *consult(_request, call) {
            try {
              for (let i = 0; i < 100_000; i++) yield { event: { $case: 'text' as const, value: String(i).repeat(100) } }
            } finally {
              streamEnded.resolve(call.signal.aborted)
            }
          },
        }),
      ],
    },
  )
}

beforeEach(async () => {
  telemetry = await createTelemetry('probe', '0', { logLevel: 'silent', otlpEndpoint: undefined, sampleRatio: 1 })
  health = new Health()
  onGet = async () => {}
  streamEnded = Promise.withResolvers()
  server = await serve(0)
  const address = `127.0.0.1:${server.port}`
  cache = connectRpc(CacheServiceDefinition, address, { telemetry, principalSecret })
  sages = connectRpc(ConsultationServiceDefinition, address, { telemetry, principalSecret })
  quality = connectRpc(QualityCheckServiceDefinition, address, { telemetry, principalSecret })
})

afterEach(async () => {
  cache.close()
  sages.close()
  quality.close()
  await server.drain()
})

test('hands the handler who asks, by which service, until when, and the request id', async () => {
  let seen: Call | undefined
  onGet = async (_request, call) => void (seen = call)
  const call = personCall(ada, 'request-1', 5_000)
  await cache.get({ lookups: [] }, call)
  expect(seen).toMatchObject({ principal: ada, via: 'probe', requestId: 'request-1' })
  expect(Math.abs((seen as Call).deadline.getTime() - call.deadline.getTime())).toBeLessThan(1_000)
})

test.each(codes)('carries %s across with its message, reason, field and pause', async (code) => {
  onGet = async () => {
    throw new ServiceError(code, `it was ${code}`, { reason: 'WHY', field: 'lookups', retryAfterMs: 1_500 })
  }
  await expect(cache.get({ lookups: [] }, serviceCall('probe', 5_000))).rejects.toMatchObject({ name: 'ServiceError', code, message: `it was ${code}`, reason: 'WHY', field: 'lookups', retryAfterMs: 1_500 })
})

test('keeps the text of a bug to itself', async () => {
  onGet = async () => {
    throw new TypeError('x is not a function, password=hunter2')
  }
  await expect(cache.get({ lookups: [] }, serviceCall('probe', 5_000))).rejects.toMatchObject({ code: 'internal', message: 'internal error' })
})

test('refuses a call without an identity, with a forged one, and with an unknown key', async () => {
  const raw = (metadata: Metadata) =>
    new Promise<string>((resolve) => {
      const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
      client.makeUnaryRequest('/elder.cache.v1.CacheService/Get', () => Buffer.alloc(0), (bytes) => bytes, undefined, metadata, (error) => {
        client.close()
        resolve(error ? error.details : 'answered')
      })
    })
  const withMetadata = (name: string, value: string) => {
    const metadata = new Metadata()
    metadata.set(name, value)
    return metadata
  }
  expect(await raw(new Metadata())).toContain('no identity')
  const forger = connectRpc(CacheServiceDefinition, `127.0.0.1:${server.port}`, { telemetry, principalSecret: 'another secret' })
  await expect(forger.get({ lookups: [] }, personCall(ada, 'r', 5_000))).rejects.toMatchObject({ code: 'unauthenticated', reason: 'PRINCIPAL_INVALID' })
  forger.close()
  expect(await raw(withMetadata('authorization', 'Bearer bad'))).toBe('no such key')
  expect(await raw(withMetadata('authorization', 'Bearer good'))).toBe('answered')
})

test('enforces roles in the service, and that some methods are for services alone', async () => {
  await expect(cache.set({ items: [] }, personCall(ada, 'r', 5_000))).rejects.toMatchObject({ code: 'permission_denied', reason: 'ROLE_MISSING', message: expect.stringContaining('admin or lead') })
  await expect(cache.set({ items: [] }, personCall({ ...ada, role: Role.ROLE_ADMIN }, 'r', 5_000))).resolves.toEqual({ kept: 0 })
  await expect(cache.invalidate({ keys: [], tags: [] }, serviceCall('probe', 5_000))).resolves.toEqual({})
})

test('tells the handler when its caller has left, and the caller when its time is over', async () => {
  const [handlerBegan, handlerAborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  onGet = (_request, call) => {
    handlerBegan.resolve()
    return new Promise(() => call.signal.addEventListener('abort', () => handlerAborted.resolve()))
  }
  const leaving = new AbortController()
  const waiting = cache.get({ lookups: [] }, personCall(ada, 'r', 60_000, leaving.signal))
  waiting.catch(() => {})
  await handlerBegan.promise
  leaving.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  await handlerAborted.promise

  // Whichever timer wins: the call's own, or gRPC's.
  for (const call of [personCall(ada, 'r', 50), { ...personCall(ada, 'r', 50), signal: new AbortController().signal }]) {
    await expect(cache.get({ lookups: [] }, call)).rejects.toMatchObject({ code: 'deadline_exceeded', message: 'elder.cache.v1.CacheService/Get did not answer in time' })
  }
})

const open = (repository: string): EditSessionRequest => ({ event: { $case: 'open', value: { repository, policyYaml: '', mode: 0 } } })

test('serves a stream in both directions, each message answered while the stream is open', async () => {
  const answered = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  async function* requests(): AsyncGenerator<EditSessionRequest> {
    yield open('first')
    await answered[0]?.promise
    yield open('second')
    await answered[1]?.promise
  }
  const seen: string[] = []
  for await (const { path } of quality.editSession(requests(), serviceCall('probe', 30_000))) answered[seen.push(path) - 1]?.resolve()
  expect(seen).toEqual(['first', 'second'])
})

test('a stream in both directions ends with the failure of its handler', async () => {
  async function* requests(): AsyncGenerator<EditSessionRequest> {
    yield { event: { $case: 'close', value: { path: 'a.ts' } } }
    await new Promise(() => {})
  }
  const read = async () => {
    for await (const _ of quality.editSession(requests(), serviceCall('probe', 30_000)));
  }
  await expect(read()).rejects.toMatchObject({ code: 'invalid_argument', field: 'close' })
})

test('a method that a part of a service leaves out says so', async () => {
  await expect(quality.listRules({}, serviceCall('probe', 30_000))).rejects.toMatchObject({ code: 'unimplemented' })
})

test('stops a stream at the source when its reader stops', async () => {
  for await (const { event } of sages.consult({ question: 'q', repository: '', deadlineMillis: 0 }, serviceCall('probe', 30_000))) {
    expect(event).toMatchObject({ $case: 'text' })
    break
  }
  expect(await streamEnded.promise).toBe(true)
})

test('lets running calls end when it drains, and refuses new ones', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  onGet = () => {
    started.resolve()
    return promise
  }
  const running = cache.get({ lookups: [] }, serviceCall('probe', 5_000))
  await started.promise
  const drained = server.drain()
  resolve()
  await expect(running).resolves.toEqual({ entries: [] })
  await drained
  await expect(sages.consult({ question: 'q', repository: '', deadlineMillis: 0 }, serviceCall('probe', 300))[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'ServiceError' })
})

test('what must not be repeated is sent when the service is there again, and fails when it stays away', async () => {
  const { port } = server
  await server.drain()
  const lead = () => personCall({ ...ada, role: Role.ROLE_LEAD }, 'request-1', 30_000)
  await expect(cache.set({ items: [] }, personCall(ada, 'request-1', 300))).rejects.toMatchObject({ name: 'ServiceError' })
  const waiting = cache.set({ items: [] }, lead())
  server = await serve(port)
  expect(await waiting).toEqual({ kept: 0 })
  expect(await cache.set({ items: [] }, lead())).toEqual({ kept: 0 })
})

test('what waits for a connection fails at once when its client is closed, and never reaches a service that comes later', async () => {
  const { port } = server
  await server.drain()
  const call = personCall({ ...ada, role: Role.ROLE_LEAD }, 'request-1', 30_000)
  const waiting = cache.set({ items: [] }, call).catch((error: unknown) => error)
  cache.close()
  server = await serve(port)
  expect(await waiting).toMatchObject({ name: 'ServiceError' })
  await expect(cache.set({ items: [] }, call)).rejects.toMatchObject({ name: 'ServiceError' })
})

test('answers health by readiness and reflection by the descriptors, both without an identity', async () => {
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  const check = (service: string) =>
    new Promise<number | string>((resolve) => {
      const { requestType, responseType } = HealthDefinition.methods.check
      client.makeUnaryRequest('/grpc.health.v1.Health/Check', (m: HealthCheckRequest) => Buffer.from(requestType.encode(m).finish()), (b) => responseType.decode(b), { service }, (error, answer?: HealthCheckResponse) => resolve(error ? error.details : (answer?.status ?? -1)))
    })
  expect(await check('elder.cache.v1.CacheService')).toBe(2)
  health.started()
  expect(await check('')).toBe(1)
  expect(await check('elder.none.v1.None')).toContain('no service')

  const listed = await new Promise<string>((resolve, reject) => {
    // ServerReflectionRequest { list_services = 7: "" }, written by hand: the published client is a tool, not a library.
    const call = client.makeBidiStreamRequest('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', (b: Buffer) => b, (b: Buffer) => b)
    call.on('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1'))
      call.end()
    })
    call.on('error', reject)
    call.write(Buffer.from([7 << 3 | 2, 0]))
  })
  expect(listed).toContain('elder.cache.v1.CacheService')
  expect(listed).toContain('elder.sage.v1.ConsultationService')
  client.close()
})

test('counts and times calls on both sides', async () => {
  await cache.get({ lookups: [] }, serviceCall('probe', 5_000))
  const text = await telemetry.metrics.metrics()
  for (const side of ['server', 'client']) expect(text).toMatch(new RegExp(`rpc_${side}_call_duration_seconds_count\\{.*CacheService/Get.*"OK".*\\} 1`))
})

test('a service that dies in the middle of a call is reported as unavailable', async () => {
  const dying = createServer().on('stream', (stream) => stream.session?.destroy())
  await once(dying.listen(0, '127.0.0.1'), 'listening')
  const client = connectRpc(QualityCheckServiceDefinition, `127.0.0.1:${(dying.address() as AddressInfo).port}`, { telemetry, principalSecret })
  const reading = async () => {
    for await (const event of client.check(CheckRequest.fromPartial({}), serviceCall('probe', 5_000))) throw new Error(`answered ${JSON.stringify(event)}`)
  }
  await expect(reading()).rejects.toMatchObject({ code: 'unavailable', message: 'the service stopped in the middle of the call, before it had answered: once it is back, ask again' })
  client.close()
  dying.close()
})
