import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'prototype-pollution',
  title: 'Outside data merged into objects by their keys',
  why: 'A key such as __proto__ in the data changes all objects of the program.',
  fix: 'Copy only the keys that are expected, or parse into a schema first.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-1321',
  securitySeverity: 6.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message'],
  javascript,
}
