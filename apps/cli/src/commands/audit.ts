import { defineCommand, wholeNumber } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { localTime } from '../terminal.ts'
import { noArguments, secondWord } from '../words.ts'

interface Verification {
  readonly intact: boolean
  readonly entries: number
  readonly headHash: string
  readonly firstBrokenSequence: number | null
  readonly reason: string
}

interface Entry {
  readonly sequence: number
  readonly factId: string
  readonly occurredAt: string
  readonly subject?: string
  readonly keyId?: string
  readonly action: string
  readonly target: string
  readonly outcome: string
}

const verifyTimeoutMs = 300_000

export const command = defineCommand({
  usage: 'audit verify | audit list [--action ACTION] [--limit N]',
  about: 'The audit log: who requested what. verify recomputes its hash chain and exits with 1 if an entry was changed, added or removed.',
  options: {
    action: { type: 'string', value: 'ACTION', help: 'list: only this action, such as request or key.created' },
    request: { type: 'string', value: 'ID', help: 'list: only the entry of this x-request-id' },
    limit: { type: 'string', value: 'N', help: 'list: at most this many, newest first (default: 50)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word, ...rest] }, context) {
    const { terminal } = context
    const action = secondWord('audit', ['verify', 'list'], word)
    noArguments(`audit ${action}`, rest)
    if (action === 'verify') {
      const found = await withEdge(context, (edge) => edge.request<Verification>('GET', '/v1/audit/verification', { timeoutMs: verifyTimeoutMs }), 'admin')
      if (values.json) terminal.json(found)
      else if (found.intact) terminal.print(`intact: ${found.entries} entries, head ${found.headHash}`)
      else terminal.print(`BROKEN at entry ${found.firstBrokenSequence} of ${found.entries}: ${found.reason}`)
      return found.intact ? 0 : 1
    }
    const query = new URLSearchParams({ limit: String(wholeNumber('--limit', values.limit ?? '50', 1, 100)), ...(values.action === undefined ? {} : { action: values.action }), ...(values.request === undefined ? {} : { factId: values.request }) })
    const page = await withEdge(context, (edge) => edge.request<{ items: Entry[] }>('GET', `/v1/audit?${query.toString()}`), 'admin')
    if (values.json) terminal.json(page)
    else terminal.table(['entry', 'time', 'who', 'action', 'target', 'outcome', 'request'], page.items.map((entry) => [String(entry.sequence), localTime(entry.occurredAt), entry.keyId ?? entry.subject ?? '-', entry.action, entry.target, entry.outcome, entry.factId]))
    return 0
  },
})
