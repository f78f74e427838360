import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'host-path-mounted',
  title: 'folder of the host inside a container',
  why: 'The container reads and writes the machine: with the socket of Docker it commands it.',
  fix: 'Use a volume of its own.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['yaml'],
  cwe: 'CWE-668',
  securitySeverity: 3.9,
  rules: {
    yaml: { any: [{ kind: 'block_mapping_pair', regex: '^hostPath:\\s*\\n\\s*path:\\s*["\']?(?:/(?:etc|var/run|run|root|proc|sys|home|var/lib/(?:kubelet|docker))?(?:/|["\']?\\s*$|["\']?\\s*\\n))' }, { kind: 'block_sequence_item', regex: '^-\\s*["\']?(?:/var/run/docker\\.sock|/:|/etc:|/root:|/proc:)' }] },
  },
}
