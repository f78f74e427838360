import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'secret-in-container-environment',
  title: 'secret in the environment of a container',
  why: 'It stands in the manifest, in every copy of it, and in what the cluster shows of the pod.',
  fix: 'Use valueFrom: secretKeyRef, or mount the secret.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['yaml'],
  cwe: 'CWE-798',
  securitySeverity: 3.9,
  rules: {
    yaml: { kind: 'block_sequence_item', regex: '^-\\s+name:\\s*["\']?\\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY)["\']?\\s*\\n\\s*value:\\s*["\']?[^\\s"\'${<]{6,}' },
  },
  accepts: (text) => !/changeme|example|your|placeholder|_FILE|\/run\/secrets/i.test(text),
}
