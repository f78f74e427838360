import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isSent, paths, under } from '../../python-calls.ts'

export const python: FlowSpec = {
  sinks: [
    { call: under('http.server.BaseHTTPRequestHandler() http.server.SimpleHTTPRequestHandler()', 'send_header'), args: [1], when: ({ args }) => isSent(args[1]) && args[0]?.constants?.[0] !== 'Location' },
    { call: paths('wsgiref.headers.Headers().add_header'), args: [1], when: ({ args }) => isSent(args[1]) },
  ],
  sanitizers: paths('urllib.parse.quote urllib.parse.quote_plus urllib.parse.urlencode **.replace **.strip **.splitlines **.translate re.sub'),
}
