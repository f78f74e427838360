import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'unversioned-base',
  title: 'base image without a version',
  why: 'What is built changes from day to day, and no build can be repeated.',
  fix: 'Name a version, better with its digest: FROM node:24.3-slim@sha256:…',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['dockerfile'],
  minutes: 5,
  check: ({ stages }) => stages.filter(({ base, isOnEarlierStage }) => !isOnEarlierStage && base !== 'scratch' && !base.includes('$') && /^(?:[\w.-]+(?::\d+)?\/)*[\w.-]+(?::latest)?$/.test(base)).map(({ from }) => from),
}
