import type { FlowSpec } from '../../../flow/flow-rule.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isTrue } from '../../when.ts'

// On the same machine or in a private network, nobody may be able to intercept.
const isNear = /^\w+:\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|host\.docker|[\w-]+(?:[:/]|$)|[\w.-]+\.(?:local|test|internal|svc|example|localhost)(?:[:/]|$))/i
const goesOut = (value: SeenValue | undefined, protocol: RegExp): boolean => value?.prefix !== undefined && protocol.test(value.prefix) && value.prefix.length > 8 && !isNear.test(value.prefix)

export const javascript: FlowSpec = {
  sinks: [
    { call: ['grpc.credentials.createInsecure', '@grpc/grpc-js.credentials.createInsecure', '@grpc/grpc-js.ServerCredentials.createInsecure', 'grpc.ServerCredentials.createInsecure'], always: true, message: 'the connection has no encryption' },
    { call: ['WebSocket', 'ws', 'ws.WebSocket', 'websocket.w3cwebsocket', 'reconnecting-websocket', 'socket.io-client', 'socket.io-client.io'], always: true, when: ({ args }) => goesOut(args[0], /^ws:/i) },
    { call: ['fetch', 'axios', 'got', 'request', 'needle', 'superagent', 'ky', ...of('axios got request needle superagent unirest', 'get post put patch delete head'), 'http.get', 'http.request', 'undici.request', 'undici.fetch'], always: true, when: ({ args }) => goesOut(args[0], /^http:/i) || goesOut(args[0]?.field('url'), /^http:/i) || goesOut(args[0]?.field('uri'), /^http:/i) },
    { call: ['ftp.Client().connect', 'ftp().connect', 'jsftp', 'telnet-client.Telnet().connect', 'telnet-client().connect', 'telnet-stream.TelnetSocket'], always: true, message: 'the protocol has no encryption' },
    { call: ['nodemailer.createTransport'], always: true, when: ({ args }) => isTrue(args[0]?.field('ignoreTLS')) },
  ],
}
