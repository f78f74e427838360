// oxlint-disable-next-line typescript/triple-slash-reference -- declares modules that have no types of their own, and is none itself
/// <reference path="./undici-parts.d.ts" />
/** The parts of undici that connections are made of. Whole, it also loads fetch, caches, web sockets and mocks, 12 MB of a process. */
import api from 'undici/lib/api/index.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'

// As undici's own index does: proxies are asked by `connect`, lists of models by `request`.
Object.assign(Dispatcher.prototype, api)

export { EnvHttpProxyAgent, Pool, ProxyAgent, type Dispatcher }
