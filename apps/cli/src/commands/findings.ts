import type { Finding } from '../checking/report.ts'
import { defineCommand, usageError } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { fetchAll } from '../pages.ts'
import { findRepository } from '../repository.ts'
import { localTime, printable } from '../terminal.ts'
import { noArguments } from '../words.ts'

interface TrackedFinding extends Finding {
  readonly state: string
  readonly firstSeenAt: string
  readonly fixedAt?: string
}

const states = ['open', 'new', 'existing', 'fixed', 'reopened']

export const command = defineCommand({
  usage: 'findings [--state STATE] [--json]',
  about: "Lists the findings of the repository over all its checks, worst first.",
  options: {
    state: { type: 'string', value: 'STATE', help: 'open (all that are not fixed; default), new, existing, fixed or reopened' },
    repository: { type: 'string', value: 'ID', help: 'use this repository (default: the current one)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals }, context) {
    noArguments('findings', positionals)
    const state = values.state ?? 'open'
    if (!states.includes(state)) throw usageError(`--state must be one of ${states.join(', ')}, got ${JSON.stringify(state)}`)
    const repository = values.repository ?? findRepository(context.cwd).id
    const items = (await withEdge(context, (edge) => fetchAll(edge, '/v1/findings', { repository, state }))) as TrackedFinding[]
    if (values.json) context.terminal.json({ items })
    else if (items.length === 0) context.terminal.print(`no ${state} findings of ${repository}`)
    else context.terminal.table(['place', 'severity', 'rule', 'state', 'since', 'message'], items.map((one) => [`${printable(one.file)}:${one.line}`, one.severity, one.rule, one.state, localTime(one.firstSeenAt), printable(one.message.replace(/\s+/g, ' '))]))
    return 0
  },
})
