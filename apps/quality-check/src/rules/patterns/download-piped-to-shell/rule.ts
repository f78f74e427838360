import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'download-piped-to-shell',
  title: 'download that is run unseen',
  why: 'Whoever controls the server or the way to it runs commands here; a broken download runs half a script.',
  fix: 'Download to a file, check its checksum, then run it.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['shell'],
  cwe: 'CWE-494',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    shell: {
      any: [
        { kind: 'pipeline', regex: '^(?:sudo\\s+)?(?:curl|wget)\\b[^|]*\\|\\s*(?:sudo\\s+(?:-\\w+\\s+)*)?(?:env\\s+\\S+\\s+)?(?:/bin/|/usr/bin/)?(?:ba|z|da|k)?sh\\b' },
        { kind: 'command', regex: '^(?:sudo\\s+)?(?:(?:ba|z|da)?sh|source|\\.)\\s+(?:-\\w+\\s+)*(?:<\\(|"?\\$\\()\\s*(?:curl|wget)\\b' },
      ],
    },
  },
}
