import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'world-writable-in-image',
  title: 'files that everybody may change',
  why: 'Any process in the container can replace what stands there.',
  fix: 'Give rights to the user that runs: chown, chmod 750.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['dockerfile'],
  cwe: 'CWE-732',
  securitySeverity: 3.9,
  check: (file) => instructionsOf(file, 'RUN', 'COPY', 'ADD').filter(({ text }) => /\bchmod\s{1,8}(?:-\w+\s{1,8}){0,3}(?:0?777|a\+rwx|ugo\+rwx|o\+w)\b|--chmod=0?777\b/.test(text)),
}
