import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'disabled-security-headers',
  title: 'Protection of the browser switched off',
  why: 'These headers stop framing, guessing of content types and foreign scripts; without them such attacks work.',
  fix: 'Leave the defaults on and loosen single directives where needed.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-693',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
