import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isVerifiedHere } from './verified-here.ts'

const decoders = ['jsonwebtoken.decode', 'jose.decodeJwt', 'jwt-decode', 'jwt-decode.jwtDecode', 'jwt_decode']

export const javascript: FlowSpec = {
  doubts: isVerifiedHere,
  sinks: [
    { call: decoders, args: [0], sure: true, message: 'anybody can write such a token' },
    // A page reads the claims of its own token like this.
    { call: decoders.filter((decoder) => !decoder.startsWith('jwt')), always: true, advice: true },
  ],
}
