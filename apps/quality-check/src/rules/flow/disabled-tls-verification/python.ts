import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { askedForBy } from './asked-for.ts'
import { isFalse, lastName, paths, under } from '../../python-calls.ts'

const clients = 'requests requests.Session() requests.session() httpx httpx.Client() httpx.AsyncClient()'

export const python: FlowSpec = {
  sinks: [
    { call: [...under(clients, 'get post put delete patch head options request stream'), ...paths('httpx.Client httpx.AsyncClient')], always: true, when: ({ keywords }) => isFalse(keywords.verify) && keywords.verify?.constants?.[0] !== null },
    { call: under('aiohttp.ClientSession()', 'get post put delete patch head options request'), always: true, when: ({ keywords }) => isFalse(keywords.ssl) && keywords.ssl?.constants?.[0] !== null },
    { call: paths('aiohttp.TCPConnector'), always: true, when: ({ keywords }) => isFalse(keywords.verify_ssl) || (isFalse(keywords.ssl) && keywords.ssl?.constants?.[0] !== null) },
    { assign: paths('requests.Session().verify requests.session().verify'), always: true, when: ({ args }) => isFalse(args[0]) && args[0]?.constants?.[0] !== null, askedForBy },
    { assign: paths('ssl._create_default_https_context'), always: true, when: ({ args }) => lastName(args[0]) === '_create_unverified_context' },
    { assign: paths('ssl.create_default_context().verify_mode ssl.SSLContext().verify_mode'), always: true, when: ({ args }) => lastName(args[0]) === 'CERT_NONE', askedForBy },
    { call: paths('urllib3.PoolManager urllib3.HTTPSConnectionPool'), always: true, when: ({ keywords }) => keywords.cert_reqs?.constants?.includes('CERT_NONE') === true || lastName(keywords.cert_reqs) === 'CERT_NONE' },
  ],
}
