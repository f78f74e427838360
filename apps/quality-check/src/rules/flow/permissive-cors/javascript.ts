import type { FlowSpec } from '../../../flow/flow-rule.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { ofResponse } from '../../javascript-paths.ts'
import { isText, isTrue } from '../../when.ts'

/** Any origin, or the request's origin together with credentials. */
const isWide = (options: SeenValue | undefined): boolean => isText(options?.field('origin'), /^\*$/) || (isTrue(options?.field('origin')) && isTrue(options?.field('credentials')))

export const javascript: FlowSpec = {
  sinks: [
    { call: ['cors', '@koa/cors', '@fastify/cors', 'koa2-cors', 'hono.cors', 'hono/cors.cors'], always: true, when: ({ args }) => isWide(args[0]) },
    { call: ['**.enableCors'], always: true, when: ({ args }) => args.length === 0 || isWide(args[0]) },
    { call: ['@nestjs/core.NestFactory.create'], always: true, when: ({ args }) => args.some((options) => isTrue(options.field('cors')) || isWide(options.field('cors'))) },
    { call: ofResponse('setHeader set header append'), always: true, when: ({ args }) => isText(args[0], /^access-control-allow-origin$/i) && isText(args[1], /^(?:\*|null)$/) },
    { call: ofResponse('writeHead set header'), always: true, when: ({ args }) => args.some((headers) => ['Access-Control-Allow-Origin', 'access-control-allow-origin'].some((name) => isText(headers.field(name), /^(?:\*|null)$/))) },
    { call: ['Header', '@nestjs/common.Header'], always: true, when: ({ args }) => isText(args[0], /^access-control-allow-origin$/i) && isText(args[1], /^\*$/) },
    { call: ['socket.io', 'socket.io.Server'], always: true, when: ({ args }) => args.some((options) => isText(options.field('cors')?.field('origin'), /^\*$/)) },
  ],
}
