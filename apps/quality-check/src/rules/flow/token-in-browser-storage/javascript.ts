import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { of } from '../../javascript-paths.ts'
import { isText } from '../../when.ts'

export const javascript: FlowSpec = {
  sinks: [{ call: [...of('localStorage sessionStorage', 'setItem')], always: true, when: ({ args }) => isText(args[0], /(?:^|[_.-]|[a-z])(?:jwt|token|accesstoken|access_token|id_token|refresh_?token|auth_?token|password|secret|apikey|api_key)$/i) }],
}
