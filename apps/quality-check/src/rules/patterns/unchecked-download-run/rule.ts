import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'unchecked-download-run',
  title: 'download that nobody vouches for, run unseen',
  why: 'The certificate is not looked at, so anybody on the way to the server decides which commands run here.',
  fix: 'Take -k, --insecure or --no-check-certificate out; download to a file, check its checksum, then run it.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['shell'],
  cwe: 'CWE-494',
  securitySeverity: 8.1,
  inTests: 'off',
  rules: {
    shell: {
      kind: 'pipeline',
      regex: '^(?:sudo\\s+)?(?:curl\\s(?:[^|]*\\s)?(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)|wget\\s(?:[^|]*\\s)?--no-check-certificate)\\s[^|]*\\|\\s*(?:sudo\\s+(?:-\\w+\\s+)*)?(?:env\\s+\\S+\\s+)?(?:/bin/|/usr/bin/)?(?:ba|z|da|k)?sh\\b',
      not: { regex: '^[^|]*//(?:localhost|127\\.)' },
    },
  },
}
