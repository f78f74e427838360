import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isText, isTrue, paths } from '../../python-calls.ts'

export const python: FlowSpec = {
  sinks: [
    {
      call: paths('flask.Flask().run dash.Dash().run dash.Dash().run_server'),
      always: true,
      when: ({ args: [host], keywords }) => isTrue(keywords.debug) && isText(keywords.host ?? host, /^(?:0\.0\.0\.0|::)$/),
    },
    { call: paths('werkzeug.serving.run_simple'), always: true, when: ({ args: [host], keywords }) => isTrue(keywords.use_debugger) && isText(keywords.hostname ?? host, /^(?:0\.0\.0\.0|::)$/) },
  ],
}
