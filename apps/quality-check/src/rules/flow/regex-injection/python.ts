import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isSent, under } from '../../python-calls.ts'

const functions = 'compile match fullmatch search findall finditer split sub subn'

export const python: FlowSpec = {
  sinks: [
    { call: under('re regex', functions), args: [0, 'pattern'], when: ({ args, keywords }) => isSent(args[0] ?? keywords.pattern) && (args[0] ?? keywords.pattern)?.built === true },
    // A pattern that is one as a whole is asked for.
    { call: under('re regex', functions), args: [0, 'pattern'], when: ({ args, keywords }) => isSent(args[0] ?? keywords.pattern), advice: true },
  ],
  sanitizers: ['re.escape', 'regex.escape', '**.request.LANGUAGE_CODE'],
}
