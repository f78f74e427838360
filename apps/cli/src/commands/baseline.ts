import { defineCommand } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { findRepository } from '../repository.ts'
import { noArguments, secondWord } from '../words.ts'

export const command = defineCommand({
  usage: 'baseline set',
  about: "Accepts all open findings of the repository: elder check --baseline then reports only new ones. Needs the role lead.",
  options: {
    repository: { type: 'string', value: 'ID', help: 'use this repository (default: the current one)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word, ...rest] }, context) {
    noArguments(`baseline ${secondWord('baseline', ['set'], word)}`, rest)
    const repository = values.repository ?? findRepository(context.cwd).id
    const set = await withEdge(context, (edge) => edge.request<{ repository: string; findings: number }>('POST', '/v1/baselines', { body: { repository } }), 'admin')
    if (values.json) context.terminal.json(set)
    else context.terminal.print(`${set.findings} open findings of ${set.repository} are accepted`)
    return 0
  },
})
