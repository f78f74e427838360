import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { isSent, under } from '../../python-calls.ts'

export const python: FlowSpec = {
  // The pattern was often derived from a match, or is meant to be a pattern.
  proof: () => false,
  sinks: [{ call: under('re regex', 'compile match fullmatch search findall finditer split sub subn'), args: [0, 'pattern'], when: ({ args, keywords }) => isSent(args[0] ?? keywords.pattern) }],
  sanitizers: ['re.escape', 'regex.escape', '**.request.LANGUAGE_CODE'],
}
