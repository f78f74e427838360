import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'circular-import',
  title: 'Files that load each other',
  why: 'Which of them is whole when the other one runs depends on who is loaded first, and none can be understood or tested alone.',
  fix: 'Move what they share into a file that loads none of them.',
  category: 'maintainability',
  severity: 'note',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1047',
  minutes: 30,
}
