import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { ofResponse } from '../../javascript-paths.ts'
import { isConstant, isFalse, isText } from '../../when.ts'

const switches = ['contentSecurityPolicy', 'frameguard', 'hsts', 'noSniff', 'xFrameOptions', 'xContentTypeOptions', 'strictTransportSecurity']

export const javascript: FlowSpec = {
  sinks: [
    { call: ['helmet', 'fastify-helmet', '@fastify/helmet', 'koa-helmet'], always: true, when: ({ args }) => switches.some((name) => isFalse(args[0]?.field(name))) },
    { call: ofResponse('setHeader set header'), always: true, when: ({ args }) => (isText(args[0], /^x-xss-protection$/i) && isConstant(args[1], (value) => String(value).startsWith('0'))) || (isText(args[0], /^x-frame-options$/i) && isText(args[1], /^allow/i)) || (isText(args[0], /^content-security-policy$/i) && isText(args[1], /(?:script|default)-src[^;]*(?:'unsafe-eval'|\s\*)/i)) },
    { call: ['Header', '@nestjs/common.Header'], always: true, when: ({ args }) => isText(args[0], /^x-xss-protection$/i) && isText(args[1], /^0/) },
    { call: ['$sceProvider.enabled', '**.$sceProvider.enabled'], always: true, when: ({ args }) => isFalse(args[0]) },
  ],
}
