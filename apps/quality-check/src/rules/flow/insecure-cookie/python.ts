import type { FlowSpec, SeenCall } from '../../../flow/flow-rule.ts'
import { argument, isFalse, isText, methods, paths } from '../../python-calls.ts'

const session = /sess|auth|token|jwt|login|^sid$|remember|csrf|credential|user/i
const isCookie = ({ args, keywords }: SeenCall): boolean => args.length >= 2 || keywords.key !== undefined || keywords.value !== undefined || keywords.name !== undefined
const saysNo = ({ keywords }: SeenCall): boolean => isFalse(keywords.secure) || isFalse(keywords.httponly)
/** A session cookie, by its name, that lacks a protection. */
const isBare = (call: SeenCall): boolean => isText(argument(call, 0, 'key'), session) && (call.keywords.secure === undefined || call.keywords.httponly === undefined) && call.keywords['**'] === undefined

export const python: FlowSpec = {
  sinks: [
    { call: methods('set_cookie set_signed_cookie'), always: true, when: (call) => isCookie(call) && (saysNo(call) || isBare(call)) },
    { assign: paths('flask.Flask().config.SESSION_COOKIE_SECURE flask.Flask().config.SESSION_COOKIE_HTTPONLY'), always: true, when: ({ args }) => isFalse(args[0]) },
    // Settings of Django. A project often has a separate file of them for development.
    { assign: paths('var:SESSION_COOKIE_SECURE var:SESSION_COOKIE_HTTPONLY var:CSRF_COOKIE_SECURE'), always: true, advice: true, when: ({ args }) => isFalse(args[0]) },
  ],
}
