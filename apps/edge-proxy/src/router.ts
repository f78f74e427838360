import findMyWay, { type HTTPMethod } from 'find-my-way'
import type { Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import type { Dialect } from './errors.ts'
import type { Exchange } from './exchange.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Who may use a route, and how it is admitted. */
export interface Access {
  /** In addition to admins, who may use all routes. */
  readonly roles: readonly Role[]
  /** A key is optional. */
  readonly anonymous?: boolean
  /** A refused key does not matter. */
  readonly anyKey?: boolean
  /** Requests of foreign web pages are refused. */
  readonly sameOrigin?: boolean
  /** The handler itself reserves the request in the limits, after it has parsed the body. */
  readonly metered?: boolean
  /** For administration: counted like any other request, but not refused when a limit of requests is used up, so that the limit can be seen and raised. */
  readonly governs?: boolean
  readonly challenge?: Challenge | undefined
}

/** The WWW-Authenticate header of a refusal; undefined for none. */
export type Challenge = (error: ServiceError, exchange: Exchange) => string | undefined

/** One line of the table of routes. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly dialect: Dialect
  readonly access: Access
  handle(exchange: Exchange): Promise<void>
}

export interface FoundRoute {
  /** The pattern, or a name in brackets if there is no such route. */
  readonly route: string
  readonly dialect: Dialect
  readonly access: Access
  readonly params: Readonly<Record<string, string>>
  readonly refusal?: { readonly error: ServiceError; readonly headers: Record<string, string> }
  handle(exchange: Exchange): Promise<void>
}

export interface Router {
  find(method: string, url: string): FoundRoute
}

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE']
const nothing = { access: { roles: [] }, params: {}, handle: () => Promise.reject(new Error('a refused route is not handled')) }

export function createRouter(routes: readonly Route[]): Router {
  const tree = findMyWay({ ignoreTrailingSlash: true, maxParamLength: 2_048 })
  for (const route of routes) tree.on(route.method, route.path, () => {}, route)

  // Most requests go to a few paths without parameters.
  const plain = new Map(routes.filter(({ path }) => !/[:*]/.test(path)).map((route) => [`${route.method} ${route.path}`, foundAs(route, {})]))

  function find(method: string, url: string): FoundRoute {
    const same = plain.get(`${method} ${url}`)
    if (same) return same
    const found = tree.find(method as HTTPMethod, url)
    if (found) return foundAs(found.store as Route, found.params as Record<string, string>)
    const path = url.split('?', 1)[0] ?? ''
    const others = methods.flatMap((other) => {
      const match = tree.find(other, url)
      return match ? [{ method: other, route: match.store as Route }] : []
    })
    const [first] = others
    if (!first) return { ...nothing, route: '(unknown)', dialect: dialectOf(path), refusal: { error: unknownRoute(method, path), headers: {} } }
    const allow = others.map((other) => other.method).join(', ')
    const error = new ServiceError('invalid_argument', `${method} is not offered here: use ${allow}`, { reason: 'METHOD_NOT_ALLOWED' })
    return { ...nothing, route: first.route.path, dialect: first.route.dialect, refusal: { error, headers: { allow } } }
  }
  return { find }
}

function foundAs(route: Route, params: Readonly<Record<string, string>>): FoundRoute {
  return { route: route.path, dialect: route.dialect, access: route.access, params, handle: (exchange) => route.handle(exchange) }
}

function unknownRoute(method: string, path: string): ServiceError {
  return new ServiceError('not_found', `there is no ${method} ${path.slice(0, 100)} here`, { reason: 'ROUTE_UNKNOWN' })
}

// A coding tool that uses an unknown route still gets an error in its own format.
function dialectOf(path: string): Dialect {
  if (path.startsWith('/mcp')) return 'jsonrpc'
  if (path.startsWith('/v1/messages')) return 'anthropic'
  return /^\/v1\/(chat|models|completions|responses|embeddings)(\/|$)/.test(path) ? 'openai' : 'problem'
}
