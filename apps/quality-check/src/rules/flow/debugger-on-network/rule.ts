import type { FlowRule } from '../../../flow/flow-rule.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'debugger-on-network',
  title: 'Debugger open to the network',
  why: 'The debugger of the development server runs what visitors type, and every machine that reaches this one is a visitor.',
  fix: 'Take debug=True out, or listen on 127.0.0.1; serve others with gunicorn, uvicorn or waitress.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['python'],
  cwe: 'CWE-489',
  securitySeverity: 7.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  python,
}
