import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'cross-site-scripting',
  title: 'Outside data becomes HTML',
  why: 'Markup that others send runs as script in the page of whoever looks at it.',
  fix: 'Encode the value for HTML, or set it as text (`textContent`, a template that escapes), or sanitise it with a proven library.',
  fixInPython: 'Render it with a template that escapes (render_template, render), or escape it: markupsafe.escape(), html.escape().',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-79',
  securitySeverity: 6.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'location', 'storage', 'network', 'parameter'],
  javascript,
  python,
}
