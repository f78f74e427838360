import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf } from '../../javascript-paths.ts'
import { isText } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [{ call: anyOf('postMessage'), always: true, when: ({ args, path }) => isText(args[1], /^\*$/) && !/worker|port|channel/i.test(path) }, { call: ['postMessage'], always: true, when: ({ args }) => isText(args[1], /^\*$/) }],
}
