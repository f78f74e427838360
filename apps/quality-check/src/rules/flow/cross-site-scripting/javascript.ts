import type { FlowSpec } from '../../../flow/flow-rule.ts'

export const javascript: FlowSpec = { sinks: [] }
