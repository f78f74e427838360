import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'hard-coded-credentials',
  title: 'Credential written in the source',
  why: 'Everybody who can read the source, and each copy of it, holds the password or key.',
  fix: 'Read the secret from the environment or a secret store, and replace the one that was published.',
  category: 'security',
  severity: 'error',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-798',
  securitySeverity: 6.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
  python,
}
