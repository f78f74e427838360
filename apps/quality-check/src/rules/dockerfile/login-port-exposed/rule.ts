import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'login-port-exposed',
  title: 'port for logins opened',
  why: 'A container with a login server has a second way in, with passwords and keys of its own.',
  fix: 'Use docker exec or kubectl exec.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['dockerfile'],
  cwe: 'CWE-1327',
  securitySeverity: 3,
  check: (file) => instructionsOf(file, 'EXPOSE').filter(({ text }) => /(?:^|\s)(?:22|23|3389)(?:\/tcp)?(?:\s|$)/.test(text)),
}
