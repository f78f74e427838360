import type { DockerInstruction, ImageFile } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

const installation = /\b(?:npm (?:ci|install|i)|yarn(?: install)?(?:\s|$)|pnpm (?:i|install)|pip3? install[^;&|]{0,200}-r|poetry install|bundle install|go mod download|composer install|uv sync)\b/

/** COPY instructions of the whole folder before an installation in the same stage. */
function earlyCopies({ stages }: ImageFile): DockerInstruction[] {
  return stages.flatMap(({ instructions }) => {
    const copy = instructions.findIndex(({ keyword, text }) => (keyword === 'COPY' || keyword === 'ADD') && /^(?:--(?!from)\S+\s+)*\.\/?\s/.test(text))
    const install = instructions.findIndex(({ keyword, text }) => keyword === 'RUN' && installation.test(text))
    return copy !== -1 && copy < install ? [instructions[copy] as DockerInstruction] : []
  })
}

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'copied-before-installed',
  title: 'sources copied before dependencies are installed',
  why: 'Every change of a source line makes the build install all dependencies again.',
  fix: 'Copy the manifest and the lock file first, install, then copy the rest.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['dockerfile'],
  check: earlyCopies,
}
