import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isTrue } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [{ call: ['serve-index'], always: true }, { call: ['@fastify/static', 'fastify-static'], always: true, when: ({ args }) => isTrue(args[0]?.field('list')) }],
}
