import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { askedForBy } from './asked-for.ts'
import { lastName, paths, under } from '../../python-calls.ts'

const clients = 'requests requests.Session() requests.session() httpx httpx.Client() httpx.AsyncClient()'

/** Nothing but off: where it may be on as well, somebody chooses. */
const isOff = (value: SeenValue | undefined): boolean => value?.constants !== undefined && value.constants.length > 0 && value.constants.every((each) => each === false || each === 0)

export const python: FlowSpec = {
  sinks: [
    { call: [...under(clients, 'get post put delete patch head options request stream'), ...paths('httpx.Client httpx.AsyncClient')], always: true, when: ({ keywords }) => isOff(keywords.verify) },
    { call: under('aiohttp.ClientSession()', 'get post put delete patch head options request'), always: true, when: ({ keywords }) => isOff(keywords.ssl) },
    { call: paths('aiohttp.TCPConnector'), always: true, when: ({ keywords }) => isOff(keywords.verify_ssl) || (isOff(keywords.ssl)) },
    { assign: paths('requests.Session().verify requests.session().verify'), always: true, when: ({ args }) => isOff(args[0]), askedForBy },
    { assign: paths('ssl._create_default_https_context'), always: true, when: ({ args }) => lastName(args[0]) === '_create_unverified_context' },
    { call: paths('ssl._create_unverified_context'), always: true, when: ({ keywords }) => keywords.cert_reqs === undefined, askedForBy },
    { assign: paths('ssl.create_default_context().verify_mode ssl.SSLContext().verify_mode'), always: true, when: ({ args }) => lastName(args[0]) === 'CERT_NONE', askedForBy },
    { call: paths('urllib3.PoolManager urllib3.HTTPSConnectionPool'), always: true, when: ({ keywords }) => keywords.cert_reqs?.constants?.every((each) => each === 'CERT_NONE') === true || lastName(keywords.cert_reqs) === 'CERT_NONE' },
  ],
}
