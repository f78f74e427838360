import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerInstruction, ImageFile } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

/** All leftovers of an installation in one finding. */
function leftovers(file: ImageFile): (DockerInstruction & { message: string })[] {
  return instructionsOf(file, 'RUN').flatMap((instruction) => {
    const { text } = instruction
    if (!/\bapt(?:-get)?\s[^|;&]{0,200}\binstall\b/.test(text)) return []
    const lacks = [
      ...(/\s-\w*y|--yes|--assume-yes|DEBIAN_FRONTEND/.test(text) ? [] : ['-y']),
      ...(/--no-install-recommends|APT::Install-Recommends/.test(text) ? [] : ['--no-install-recommends']),
      ...(/rm\s[^;&|]{0,200}\/var\/lib\/apt|--mount=type=cache/.test(text) ? [] : ['rm -rf /var/lib/apt/lists/*']),
    ]
    return lacks.length === 0 ? [] : [{ ...instruction, message: `the installation lacks ${lacks.join(' and ')}` }]
  })
}

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'package-leftovers',
  title: 'packages that leave more than is needed',
  why: 'Recommended packages and lists of packages make the image larger, and without -y the build waits for an answer.',
  fix: 'Write apt-get install -y --no-install-recommends … && rm -rf /var/lib/apt/lists/*.',
  category: 'performance',
  severity: 'note',
  confidence: 'high',
  languages: ['dockerfile'],
  check: leftovers,
}
