import type { FlowSpec, SeenCall } from '../../../flow/flow-rule.ts'
import { isFalse, paths } from '../../python-calls.ts'
import { isVerifiedHere } from './verified-here.ts'

const isUnverified = ({ keywords }: SeenCall): boolean => isFalse(keywords.verify) || isFalse(keywords.options?.field('verify_signature'))
// The sender is read first, then the token is verified with that sender's key.
const decodedWithKey = /\bjwt\.decode\(\s*[\w.]+,\s*(?:key\s*=\s*)?[\w.]+\s*[,)]/

export const python: FlowSpec = {
  doubts: (text) => isVerifiedHere(text) || decodedWithKey.test(text),
  sinks: [
    { call: paths('jwt.decode jose.jwt.decode'), args: [0], sure: true, when: isUnverified, message: 'anyone can forge a token that is not verified' },
    { call: paths('jwt.decode jose.jwt.decode jose.jwt.get_unverified_claims'), always: true, advice: true, when: (call) => isUnverified(call) || call.path.endsWith('claims') },
  ],
}
