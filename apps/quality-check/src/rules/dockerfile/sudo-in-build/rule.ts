import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'sudo-in-build',
  title: 'sudo in a build',
  why: 'The build is root already where it may be, and sudo in the image lets the program become it again.',
  fix: 'Change users with USER, and leave sudo out.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['dockerfile'],
  cwe: 'CWE-250',
  securitySeverity: 3,
  check: (file) => instructionsOf(file, 'RUN').filter(({ text }) => /(?:^|&&|;|\|)\s{0,80}sudo\s/.test(text) || /\binstall\b[^;&|]{0,400}\ssudo(?:\s|$)/.test(text)),
}
