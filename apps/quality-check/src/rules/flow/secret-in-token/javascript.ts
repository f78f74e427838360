import type { FlowSpec } from '../../../flow/flow-rule.ts'

export const javascript: FlowSpec = {
  sinks: [{ call: ['jsonwebtoken.sign', 'jwt-simple.encode', 'jose.JWT.sign'], always: true, when: ({ args }) => args[0]?.keys?.some((key) => /^(?:password|passwd|pwd|secret|pin|ssn|credit_?card)$/i.test(key)) === true }],
}
