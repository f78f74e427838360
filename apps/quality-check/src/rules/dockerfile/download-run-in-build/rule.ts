import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'download-run-in-build',
  title: 'download that is run unseen',
  why: 'Whoever controls the server or the way to it runs commands in the build and puts into the image what they like.',
  fix: 'Download to a file, check its checksum, then run it.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['dockerfile'],
  cwe: 'CWE-494',
  securitySeverity: 3.9,
  check: (file) => instructionsOf(file, 'RUN').filter(({ text }) => /\b(?:curl|wget)\b[^|;&]{0,400}\|\s{0,8}(?:sudo\s{1,8}(?:-\w+\s{1,8})?)?(?:\w+=\S+\s{1,8})?(?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da)?sh\b|\b(?:ba)?sh\s{1,8}(?:-c\s{1,8})?["']?(?:<\(|\$\()\s{0,8}(?:curl|wget)\b/.test(text)),
}
