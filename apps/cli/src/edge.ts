import http from 'node:http'
import type { Readable } from 'node:stream'
import { CommandError, type Env } from './command.ts'

/** The platform's URL and the key. */
export interface Connection {
  readonly url: string
  readonly apiKey: string
}

export interface EdgeRequest {
  readonly body?: unknown
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** A status of 400 or above whose body is nevertheless an answer. */
  readonly alsoAnswer?: number
}

/** The client of the edge's HTTP API. */
export interface Edge {
  readonly url: string
  /** Returns the JSON of the answer. An error response becomes a CommandError with the platform's message; a connection failure has exit code 3. */
  request<T>(method: string, path: string, options?: EdgeRequest): Promise<T>
  /** An answer that is not JSON, such as a page. */
  text(method: string, path: string, options?: EdgeRequest): Promise<string>
  /** The server-sent events of an answer. */
  stream(method: string, path: string, options?: EdgeRequest): AsyncGenerator<{ event: string; data: string }>
  close(): void
}

/** The error for a platform that cannot be reached. */
export class UnreachableError extends CommandError {}

/** The edge answers, but the service behind it does not; a retry may succeed. */
export class UnavailableError extends CommandError {}

/** The key is valid, but not permitted to do this. */
export class ForbiddenError extends CommandError {}

const defaultTimeoutMs = 60_000

export function connectEdge(connection: Connection, env: Env): Edge {
  return new HttpEdge(connection, env)
}

class HttpEdge implements Edge {
  readonly url: string
  readonly #apiKey: string
  readonly #env: Env
  readonly #base: URL
  #agent: http.Agent | undefined

  constructor({ url, apiKey }: Connection, env: Env) {
    this.url = url
    this.#apiKey = apiKey
    this.#env = env
    this.#base = new URL(url)
  }

  async request<T>(method: string, path: string, options: EdgeRequest = {}): Promise<T> {
    const response = await this.#send(method, path, options, 'application/json')
    const text = await textOf(response, this.#lost)
    const status = response.statusCode ?? 0
    if (status >= 400 && status !== options.alsoAnswer) throw refusal(status, text)
    if (text === '') return undefined as T
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      throw new CommandError(`${this.url} does not answer like an Elder platform: ${method} ${path} gave ${JSON.stringify(text.slice(0, 80))}`, { cause })
    }
  }

  async text(method: string, path: string, options: EdgeRequest = {}): Promise<string> {
    const response = await this.#send(method, path, options, '*/*')
    const text = await textOf(response, this.#lost)
    if ((response.statusCode ?? 0) >= 400) throw refusal(response.statusCode ?? 0, text)
    return text
  }

  async *stream(method: string, path: string, options: EdgeRequest = {}): AsyncGenerator<{ event: string; data: string }> {
    const response = await this.#send(method, path, options, 'text/event-stream')
    if ((response.statusCode ?? 0) >= 400) throw refusal(response.statusCode ?? 0, await textOf(response, this.#lost))
    try {
      yield* eventsOf(response)
    } catch (error) {
      throw error instanceof CommandError ? error : this.#lost(error as Error)
    }
  }

  // A property, because callers pass it on: edge.request(…).finally(edge.close).
  readonly close = (): void => {
    this.#agent?.destroy()
  }

  async #send(method: string, path: string, { body, timeoutMs = defaultTimeoutMs, headers = {}, signal }: EdgeRequest, accept: string): Promise<http.IncomingMessage> {
    // TLS is loaded on demand.
    const { Agent, request } = this.#base.protocol === 'https:' ? await import('node:https') : http
    const agent = (this.#agent ??= new Agent(agentOptions(this.#base, this.#env)))
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const timeout = AbortSignal.timeout(timeoutMs)
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#base), {
        method,
        agent,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: {
          accept,
          authorization: `Bearer ${this.#apiKey}`,
          'x-elder-client': 'elder-cli',
          ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
          ...headers,
        },
      })
      sent.on('response', resolve)
      sent.on('error', (error) => reject(timeout.aborted ? late(this.url, timeoutMs) : this.#lost(error)))
      sent.end(payload)
    })
  }

  readonly #lost = (error: Error): UnreachableError => unreachable(this.url, error, this.#env)
}

/** Proxies from the environment are not used for loopback addresses. */
function agentOptions({ hostname }: URL, env: Env): http.AgentOptions {
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return { keepAlive: true, ...(isLoopback ? {} : { proxyEnv: env }) }
}

async function textOf(response: Readable, lost: (error: Error) => Error): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer)
  } catch (error) {
    throw lost(error as Error)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* eventsOf(response: Readable): AsyncGenerator<{ event: string; data: string }> {
  let pending = ''
  for await (const chunk of response.setEncoding('utf8')) {
    pending += chunk as string
    const blocks = pending.split(/\r?\n\r?\n/)
    pending = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split(/\r?\n/)
      const field = (name: string) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''))
      if (field('data').length > 0) yield { event: field('event')[0] ?? 'message', data: field('data').join('\n') }
    }
  }
}

interface Problem {
  readonly title?: string
  readonly detail?: string
  readonly field?: string
  readonly reason?: string
  readonly error?: { readonly message?: string }
}

const notAccepted = 'the key is not accepted: elder env shows the one in use; ELDER_API_KEY overrides it'
/** Selected by the error's reason: a missing permission and a limit have different remedies. */
const fixes: Readonly<Record<string, string>> = {
  ROLE_MISSING: 'ask a lead or an admin, or set ELDER_API_KEY to a key of theirs: elder keys create --role admin makes one',
  BUDGET_SPENT: 'a lead or an admin can raise it: elder policies set --user NAME --limit requests/day=N',
  RATE_LIMIT_EXCEEDED: 'wait for so long, or have a lead or an admin raise the limit: elder policies set',
}
const kinds: Readonly<Record<number, typeof CommandError>> = { 403: ForbiddenError, 503: UnavailableError }

function refusal(status: number, text: string): CommandError {
  let problem: Problem = {}
  try {
    problem = JSON.parse(text) as Problem
  } catch {
    // Not an error of the platform, perhaps a proxy's page: only the status is known.
  }
  const said = problem.detail ?? problem.error?.message ?? problem.title ?? (text.slice(0, 200) || http.STATUS_CODES[status] || 'refused')
  const fix = status === 401 ? notAccepted : fixes[problem.reason ?? '']
  const Kind = kinds[status] ?? CommandError
  const badInput = status === 400 || status === 422
  return new Kind(`${said}${namesField(said, problem.field) ? '' : ` (${problem.field})`}${badInput ? '' : ` [${status}]`}`, { exitCode: badInput ? 2 : 1, ...(fix === undefined ? {} : { fix }) })
}

/** Whether the message names the position. For elder.yaml, the API's field name, such as policyYaml.version, would not help the user. */
function namesField(said: string, field = ''): boolean {
  return field === '' || said.startsWith('elder.yaml:') || said.split(/[^\w-]+/).includes(field.slice(field.lastIndexOf('.') + 1))
}

function unreachable(url: string, cause: Error, env: Env): UnreachableError {
  const code = (cause as NodeJS.ErrnoException).code
  const why = code === 'ECONNREFUSED' ? 'nothing listens there' : cause.message
  // The URL may be that of another platform than this checkout's.
  const fix = env.ELDER_URL ? 'ELDER_URL names it: start it where it runs (elder up; elder doctor says what is wrong), or unset ELDER_URL' : 'start it: elder up    or see what is wrong: elder doctor'
  return new UnreachableError(`the platform at ${url} cannot be reached: ${why}`, { exitCode: 3, cause, fix })
}

function late(url: string, timeoutMs: number): UnreachableError {
  return new UnreachableError(`the platform at ${url} did not answer within ${timeoutMs / 1_000} s`, { exitCode: 3, fix: 'see what is wrong: elder doctor' })
}
