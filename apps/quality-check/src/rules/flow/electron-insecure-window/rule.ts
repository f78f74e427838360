import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'electron-insecure-window',
  title: 'Electron window that pages can break out of',
  why: 'A page in this window reaches Node or the file system, so one hole in it is the whole machine.',
  fix: 'Leave contextIsolation, sandbox and webSecurity on and nodeIntegration off; offer what is needed by a preload script.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-829',
  securitySeverity: 7.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
