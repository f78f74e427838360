import type { FlowSpec, SeenCall, SeenValue } from '../../../flow/flow-rule.ts'
import { isText, lastName, paths, under, type When } from '../../python-calls.ts'
import { askedForBy } from './asked-for.ts'

const clients = 'requests requests.Session() requests.session() httpx httpx.Client() httpx.AsyncClient()'

/** Certainly off. Where it may also be on, a setting decides. */
const isOff = (value: SeenValue | undefined): boolean => value?.constants !== undefined && value.constants.length > 0 && value.constants.every((each) => each === false || each === 0)
const isUnchecked: When = ({ keywords }) => isOff(keywords.verify)

const named = /^https:\/\/[^/]*\.[a-z]{2,}(?:[/:?#]|$)/i
/** A host whose domain name is a constant, so that it can have a valid certificate. */
const reachesNamed = ({ args, keywords }: SeenCall): boolean => [...args, keywords.url].some((address) => isText(address, named) || named.test(address?.prefix ?? ''))

const requests = under(clients, 'get post put delete patch head options request stream')

// Appliances, clusters and test systems often have no valid certificate, so a finding is certain only for a named host.
export const python: FlowSpec = {
  sinks: [
    { call: requests, always: true, when: (call) => isUnchecked(call) && reachesNamed(call) },
    { call: [...requests, ...paths('httpx.Client httpx.AsyncClient')], always: true, when: isUnchecked, advice: true },
    { call: under('aiohttp.ClientSession()', 'get post put delete patch head options request'), always: true, when: (call) => isOff(call.keywords.ssl) && reachesNamed(call) },
    { call: under('aiohttp.ClientSession()', 'get post put delete patch head options request'), always: true, when: ({ keywords }) => isOff(keywords.ssl), advice: true },
    { call: paths('aiohttp.TCPConnector'), always: true, when: ({ keywords }) => isOff(keywords.verify_ssl) || isOff(keywords.ssl), advice: true },
    { assign: paths('requests.Session().verify requests.session().verify'), always: true, when: ({ args }) => isOff(args[0]), advice: true },
    { assign: paths('ssl._create_default_https_context'), always: true, when: ({ args }) => lastName(args[0]) === '_create_unverified_context', askedForBy },
    { call: paths('ssl._create_unverified_context'), always: true, when: ({ keywords }) => keywords.cert_reqs === undefined, advice: true },
    { assign: paths('ssl.create_default_context().verify_mode ssl.SSLContext().verify_mode'), always: true, when: ({ args }) => lastName(args[0]) === 'CERT_NONE', advice: true },
    { call: paths('urllib3.PoolManager urllib3.HTTPSConnectionPool'), always: true, when: ({ keywords }) => keywords.cert_reqs?.constants?.every((each) => each === 'CERT_NONE') === true || lastName(keywords.cert_reqs) === 'CERT_NONE', advice: true },
  ],
}
