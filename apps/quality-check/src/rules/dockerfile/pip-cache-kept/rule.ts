import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'pip-cache-kept',
  title: 'packages kept twice',
  why: 'pip keeps what it downloaded in the layer, and nobody reads it again.',
  fix: 'Add --no-cache-dir, or mount a cache.',
  category: 'performance',
  severity: 'note',
  confidence: 'high',
  languages: ['dockerfile'],
  check: (file) => instructionsOf(file, 'RUN').filter(({ text }) => /\bpip3?\s{1,8}install\b/.test(text) && !/--no-cache-dir|PIP_NO_CACHE_DIR|--mount=type=cache/.test(text) && !instructionsOf(file, 'ENV').some((each) => each.text.includes('PIP_NO_CACHE_DIR'))),
}
