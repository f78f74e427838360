import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { ofResponse } from '../../javascript-paths.ts'
import { isText, texts } from '../../when.ts'

// Security headers.
const steering = /^(?:access-control-allow-origin|access-control-allow-credentials|x-frame-options|content-security-policy|x-xss-protection|strict-transport-security|set-cookie|content-type|cross-origin-\w+-policy)$/

export const javascript: FlowSpec = {
  sinks: [
    { call: ofResponse('setHeader set header append'), args: [1], when: ({ args }) => args[1] !== undefined && texts(args[0]).length > 0 && texts(args[0]).every((name) => steering.test(name)), sure: true },
    { call: ofResponse('setHeader set header append'), args: [0], when: ({ args }) => args[1] !== undefined && args[0]?.constants === undefined, message: 'the header itself is the sender\'s choice', sure: true },
    { call: ofResponse('set header'), args: ['0.Access-Control-Allow-Origin', '0.X-Frame-Options', '0.Content-Security-Policy', '0.access-control-allow-origin'], when: ({ args }) => args[1] === undefined && args[0]?.keys !== undefined },
    { call: ofResponse('writeHead'), args: ['1.Access-Control-Allow-Origin', '1.X-Frame-Options', '1.Content-Security-Policy', '1.Set-Cookie'], when: ({ args }) => args[1]?.keys !== undefined },
    { call: ['http.response.headers.set', 'next.server.NextResponse.next().headers.set'], args: [1], when: ({ args }) => isText(args[0], /^(?:access-control-allow-origin|x-frame-options)$/i) },
  ],
  sanitizers: ['encodeURIComponent', 'encodeURI', 'escape', 'path.basename', 'path.extname', 'mime.getType', 'mime.lookup', 'mime-types.lookup', 'mime-types.contentType', 'cookie.serialize', 'content-disposition'],
}
