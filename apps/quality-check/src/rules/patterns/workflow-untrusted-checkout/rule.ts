import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'workflow-untrusted-checkout',
  title: "a stranger's code run with this repository's secrets",
  why: 'pull_request_target runs with the secrets and rights of the repository: code of the pull request that is built here has them too.',
  fix: 'Use pull_request, or check out only the base and never run what the pull request brings.',
  category: 'security',
  // Another job may require approval first, or the fetched code may not be run.
  severity: 'warning',
  confidence: 'medium',
  languages: ['yaml'],
  cwe: 'CWE-829',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    yaml: {
      kind: 'block_mapping_pair',
      regex: '^ref:\\s*["\']?\\$\\{\\{\\s*github\\.(?:event\\.pull_request\\.head\\.(?:sha|ref)|head_ref)\\s*\\}\\}',
      inside: { stopBy: 'end', kind: 'document', regex: '(?:^|\\n)["\']?on["\']?:(?:[^\\n]*|(?:\\n[ \\t#-][^\\n]*)*)\\bpull_request_target\\b' },
    },
  },
}
