import type { FlowSpec } from '../../../flow/flow-rule.ts'

const sessions = 'flask.session quart.session **.request.session tornado.web.RequestHandler().session'

export const python: FlowSpec = {
  sinks: [
    { assign: sessions.split(' ').flatMap((session) => [`${session}.*`, `${session}.[]`]), args: [0, 'key'], sure: true },
    { call: sessions.split(' ').flatMap((session) => [`${session}.update`, `${session}.setdefault`, `${session}.__setitem__`]), sure: true },
  ],
  guards: ['**.check_password', '**.authenticate', '**.verify', '**.validate'],
}
