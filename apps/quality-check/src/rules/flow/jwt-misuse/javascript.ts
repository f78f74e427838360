import type { FlowSpec } from '../../../flow/flow-rule.ts'
import type { SeenValue } from '../../../flow/flow-rule.ts'
import { isConstant, isText, isTrue, path } from '../../when.ts'

const saysNone = (value: SeenValue | undefined): boolean => isText(value, /^none$/i)
const listsNone = (value: SeenValue | undefined): boolean => ['0', '1', '2', '3'].some((place) => saysNone(value?.field(place)))

export const javascript: FlowSpec = {
  sinks: [
    { call: ['jsonwebtoken.sign', 'jsonwebtoken.verify'], always: true, when: ({ args }) => saysNone(args[2]?.field('algorithm')) || listsNone(args[2]?.field('algorithms')), message: 'the algorithm none has no signature' },
    { call: ['jsonwebtoken.verify'], always: true, when: ({ args }) => isTrue(args[2]?.field('ignoreExpiration')), message: 'tokens never expire', advice: true },
    { call: ['jsonwebtoken.verify'], always: true, when: ({ args }) => isConstant(args[1], (key) => key === null || key === undefined || key === '' || key === false), message: 'without a key nothing is verified' },
    { call: ['jwt-simple.decode'], always: true, when: ({ args }) => isTrue(args[2]), message: 'the third argument switches verification off' },
    { call: ['jwt-simple.encode', 'jwt-simple.decode'], always: true, when: ({ args, path }) => saysNone(args[path.endsWith('encode') ? 2 : 3]), message: 'the algorithm none has no signature' },
    { call: ['jose.JWT.verify', 'jose.JWT.sign'], always: true, when: ({ args }) => path(args[1], /(?:^|\.)JWK\.None$/) || saysNone(args[2]?.field('algorithm')) || listsNone(args[2]?.field('algorithms')), message: 'the algorithm none has no signature' },
    { call: ['jose.UnsecuredJWT', 'jose.UnsecuredJWT.decode'], always: true, message: 'the token has no signature', advice: true },
    { call: ['express-jwt', 'express-jwt.expressjwt', 'koa-jwt', 'passport-jwt.Strategy'], always: true, when: ({ args }) => listsNone(args[0]?.field('algorithms')) || isTrue(args[0]?.field('ignoreExpiration')) || isTrue(args[0]?.field('jsonWebTokenOptions')?.field('ignoreExpiration')) },
  ],
}
