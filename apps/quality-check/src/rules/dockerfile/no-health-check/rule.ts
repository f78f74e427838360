import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'no-health-check',
  title: 'service without a health check',
  why: 'One that hangs counts as running, and nobody restarts it.',
  fix: 'Add HEALTHCHECK, or say HEALTHCHECK NONE where the platform asks by itself.',
  category: 'maintainability',
  severity: 'note',
  confidence: 'medium',
  languages: ['dockerfile'],
  minutes: 10,
  check: ({ stages }) => stages.slice(-1).filter(({ instructions }) => instructions.some(({ keyword }) => keyword === 'EXPOSE') && !instructions.some(({ keyword }) => keyword === 'HEALTHCHECK')).map(({ from }) => from),
}
