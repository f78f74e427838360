import type { DockerInstruction, ImageFile } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

/** The last stage, if it names no user but root. An image that runs no command needs no user. */
function rootAtEnd({ stages }: ImageFile): readonly DockerInstruction[] {
  const last = stages.at(-1)
  if (last === undefined || last.base === 'scratch' || last.isOnEarlierStage || /nonroot|unprivileged/.test(last.base) || last.base.includes('$')) return []
  const user = last.instructions.findLast(({ keyword }) => keyword === 'USER')
  if (user !== undefined) return /^(?:root|0)(?::\S*)?$/.test(user.text.trim()) ? [user] : []
  return last.instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT') ? [last.from] : []
}

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'runs-as-root',
  title: 'image that runs as root',
  why: 'A flaw in the program is a flaw with all rights of the container, one step from the machine.',
  fix: 'Add a user and end with "USER app".',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['dockerfile'],
  cwe: 'CWE-250',
  securitySeverity: 3.5,
  check: rootAtEnd,
}
