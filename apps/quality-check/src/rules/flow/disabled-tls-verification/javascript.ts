import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import { askedForBy } from './asked-for.ts'
import { beginsWith, isConstant, isFalse, isText, isTrue, path, type When } from '../../when.ts'

const holders = ['ssl', 'tls', 'agentOptions', 'httpsAgent', 'agent', 'dialectOptions', 'options', 'https', 'requestOptions', 'connectionOptions', 'dispatcher', 'connect', 'extra', 'tlsOptions', 'httpsOptions', 'requestTls']
const isOff = (options: SeenValue | undefined): boolean =>
  isFalse(options?.field('rejectUnauthorized')) || isFalse(options?.field('strictSSL')) || isTrue(options?.field('insecure')) || isTrue(options?.field('insecureSkipVerify')) || isTrue(options?.field('tlsAllowInvalidCertificates')) || isTrue(options?.field('tlsInsecure')) || isFalse(options?.field('sslValidate')) || isTrue(options?.field('ignoreHTTPSErrors')) || isTrue(options?.field('acceptInsecureCerts'))
const isOffInside = (options: SeenValue | undefined): boolean =>
  isOff(options) ||
  holders.some((name) => {
    const held = options?.field(name)
    return held !== undefined && (isOff(held) || isOff(held.field('ssl')))
  })
const isAt = (host: RegExp) => (target: SeenValue): boolean => [target, ...['host', 'hostname', 'url', 'uri', 'baseURL'].map((name) => target.field(name))].some((place) => beginsWith(place, host) || isText(place, host))
/** Connections to the same machine cannot be intercepted. */
const isHere = isAt(/^(?:(?:https|wss):\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?:[:/]|$)/i)
const isThere = isAt(/^(?:(?:https|wss):\/\/)?[\w-]+(?:\.[\w-]+)+(?:[:/]|$)/i)
const switchesOff: When = ({ args }) => args.some(isOffInside) && !args.some(isHere)
/** The options of an agent are reported where it is created. */
const handsAgent: When = ({ args }) => args.some((options) => holders.some((name) => path(options.field(name), /Agent\(\)$/)))
const oldProtocol = /^(?:SSLv[23]|TLSv1(?:_1)?|SSLv23)(?:_(?:client|server))?_method$/
const isOld = (options: SeenValue | undefined): boolean => isText(options?.field('secureProtocol'), oldProtocol) || isText(options?.field('minVersion'), /^(?:TLSv1|TLSv1\.1|SSLv3)$/) || isText(options?.field('maxVersion'), /^(?:TLSv1|TLSv1\.1|SSLv3)$/)

const clients = [...of('https tls http http2', 'request get Agent connect createSecureContext TLSSocket'), 'axios', ...of('axios', 'create get post put request patch delete'), 'request', ...of('request', 'get post put delete defaults patch'), 'got', 'got.extend', 'got.get', 'got.post', 'needle', 'needle.get', 'needle.post', 'undici.Agent', 'undici.Client', 'undici.Pool', 'undici.fetch', 'fetch', 'ws', 'WebSocket', 'ws.WebSocket', 'socket.io-client', 'socket.io-client.io', 'https-proxy-agent', 'https-proxy-agent.HttpsProxyAgent', 'superagent.agent', 'node-libcurl.Curl', 'elasticsearch.Client', '@elastic/elasticsearch.Client', 'nodemailer.createTransport', 'ioredis', 'redis.createClient', 'mqtt.connect', 'amqplib.connect', 'mongodb.MongoClient', 'mongodb.MongoClient.connect', 'mongoose.connect', 'mongoose.createConnection', 'pg.Client', 'pg.Pool', 'mysql.createConnection', 'mysql.createPool', 'sequelize', 'sequelize.Sequelize', 'Sequelize', 'typeorm.createConnection', 'typeorm.DataSource', 'knex', 'ldapjs.createClient', 'ftp.Client', 'basic-ftp.Client', 'tedious.Connection', 'mssql.connect', 'imap', 'kafkajs.Kafka', 'stompit.connect', 'cassandra-driver.Client']

export const javascript: FlowSpec = {
  sinks: [
    // For a host that the file does not name, the operator may know that it has no valid certificate.
    { call: clients, always: true, when: (call) => switchesOff(call) && call.args.some(isThere) },
    { call: clients, always: true, when: (call) => switchesOff(call) && !handsAgent(call), advice: true },
    { call: of('https tls http2', 'createServer createSecureServer'), always: true, when: (call) => switchesOff(call) && call.args.some((options) => isTrue(options.field('requestCert'))), advice: true },
    // A browser controlled by a program mostly opens pages under development.
    { call: ['puppeteer.launch', 'playwright.chromium.launch', '**.newContext', 'selenium-webdriver.Builder'], always: true, when: switchesOff, advice: true },
    { assign: ['process.env.NODE_TLS_REJECT_UNAUTHORIZED'], always: true, when: ({ args }) => isConstant(args[0], (constant) => constant === '0' || constant === 0 || constant === false), askedForBy },
    { assign: anyOf('rejectUnauthorized strictSSL'), always: true, when: ({ args }) => isFalse(args[0]), advice: true },
    { call: of('https tls', 'request get Agent connect createServer createSecureContext createSecureServer'), always: true, when: ({ args }) => args.some(isOld), message: 'the protocol version is broken' },
    { call: ['sequelize', 'sequelize.Sequelize', 'Sequelize'], always: true, when: ({ args }) => args.some((options) => isOld(options.field('dialectOptions')?.field('ssl'))), message: 'the protocol version is broken' },
  ],
}
