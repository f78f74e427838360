import type { FlowSpec } from '../../../flow/flow-rule.ts'

export const javascript: FlowSpec = {
  sinks: [
    { call: ['require', 'import', 'module.require', 'require.main.require', 'import-fresh', 'requireg', 'proxyquire'], args: [0] },
    { call: ['importScripts'], args: [0] },
  ],
  sanitizers: ['path.basename', 'require.resolve.paths'],
}
