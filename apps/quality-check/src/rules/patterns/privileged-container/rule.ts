import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'privileged-container',
  title: 'container with the rights of its host',
  why: 'Whoever breaks into the container has the machine.',
  fix: 'Drop it, and grant the one capability that is needed.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['yaml'],
  cwe: 'CWE-250',
  securitySeverity: 3.9,
  rules: {
    yaml: { kind: 'block_mapping_pair', regex: '^(?:privileged|hostPID|hostNetwork|hostIPC|allowPrivilegeEscalation):\\s*["\']?true["\']?\\s*$|^(?:network_mode|pid|ipc|userns_mode):\\s*["\']?host["\']?\\s*$', inside: { kind: 'block_mapping' } },
  },
}
