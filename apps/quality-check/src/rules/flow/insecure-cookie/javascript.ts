import type { FlowSpec, SeenValue } from '../../../flow/flow-rule.ts'
import { ofResponse } from '../../javascript-paths.ts'
import { isFalse, isText, type When } from '../../when.ts'

const session = /sess|auth|token|jwt|login|^sid$|remember|csrf|credential/i
const lacks = (options: SeenValue | undefined, name: string): boolean => isFalse(options?.field(name)) || (options?.keys !== undefined && !options.keys.includes(name))
/** A session cookie, by its name, whose known options lack a protection. */
const isBare: When = ({ args }) => isText(args[0], session) && (args[2] === undefined || lacks(args[2], 'httpOnly') || lacks(args[2], 'secure'))
const saysNo = (options: SeenValue | undefined): boolean => isFalse(options?.field('httpOnly')) || isFalse(options?.field('secure'))

export const javascript: FlowSpec = {
  sinks: [
    { call: [...ofResponse('cookie setCookie'), 'koa.context.cookies.set', '**.cookies.set', 'cookies().set', 'next.headers.cookies().set'], always: true, when: (call) => isBare(call) || saysNo(call.args[2]) },
    { call: ['express-session', 'session', 'client-sessions'], always: true, when: ({ args }) => saysNo(args[0]?.field('cookie')), message: 'the session cookie lacks httpOnly or secure' },
    { call: ['express-session', 'session'], always: true, when: ({ args }) => args[0]?.keys !== undefined && (!args[0].keys.includes('cookie') || lacks(args[0].field('cookie'), 'secure')) && !saysNo(args[0].field('cookie')), message: 'the session cookie is also sent without encryption: set cookie.secure' },
    { call: ['cookie-session'], always: true, when: ({ args }) => args[0]?.keys !== undefined && (saysNo(args[0]) || lacks(args[0], 'secure')), message: 'the session cookie lacks httpOnly or secure' },
    { call: ['cookie.serialize'], always: true, when: ({ args }) => isText(args[0], session) && (args[2] === undefined || lacks(args[2], 'httpOnly') || lacks(args[2], 'secure')) },
  ],
}
