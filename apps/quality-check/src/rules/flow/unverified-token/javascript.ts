import type { FlowSpec } from '../../../flow/flow-rule.ts'

export const javascript: FlowSpec = {
  sinks: [{ call: ['jsonwebtoken.decode', 'jose.decodeJwt', 'jwt-decode', 'jwt-decode.jwtDecode', 'jwt_decode'], always: true, when: ({ args, path }) => !path.startsWith('jwt') || args[0]?.sources.includes('request') === true }],
}
