import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'shell-form-entry',
  title: 'entry point behind a shell',
  why: 'The shell gets the signal to stop and does not hand it on: the program is killed in the middle of its work.',
  fix: 'Write the list form: ENTRYPOINT ["node", "main.js"].',
  category: 'maintainability',
  severity: 'note',
  confidence: 'high',
  languages: ['dockerfile'],
  minutes: 2,
  check: ({ stages }) => stages.slice(-1).flatMap(({ instructions }) => instructions.filter(({ keyword, text }) => (keyword === 'ENTRYPOINT' || keyword === 'CMD') && !/^\s*\[/.test(text) && !/^\s*exec\s/.test(text))),
}
