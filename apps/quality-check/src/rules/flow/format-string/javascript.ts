import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'

export const javascript: FlowSpec = {
  sinks: [{ call: ['util.format', ...of('console', 'log info warn error debug trace')], args: [0], when: ({ args }) => args.length > 1 && args[0]?.sources.includes('request') === true && (args[0].built || args[0].path !== undefined), sure: true }],
  sanitizers: ['JSON.stringify', '**.replace', 'encodeURIComponent'],
}
