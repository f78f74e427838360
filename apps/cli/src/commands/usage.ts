import { defineCommand, usageError, wholeNumber } from '../command.ts'
import { withEdge } from '../credentials.ts'
import type { Edge } from '../edge.ts'
import { fetchAll } from '../pages.ts'
import { fetchAllTeams, findSubject, knownUsers, requireOneSubject, subjectOptions, unlessForbidden } from '../people.ts'
import { noArguments } from '../words.ts'

interface UsageOfDay {
  readonly day: string
  readonly keyId?: string
  readonly userId?: string
  readonly teamId?: string
  readonly provider?: string
  readonly model?: string
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly cost: number
}

const groups = ['day', 'user', 'team', 'key', 'provider', 'model'] as const
type Group = (typeof groups)[number]
const dayMs = 86_400_000

export const command = defineCommand({
  usage: 'usage [--user NAME | --team NAME | --key ID] [--by GROUP] [--days N]',
  about: 'Shows the use of models: requests, tokens and cost, in the currency of the configured prices. Days are UTC.\nLeads and admins see everybody or the named subject; developers see their own usage.',
  options: {
    ...subjectOptions,
    by: { type: 'string', value: 'GROUP', help: `group by ${groups.join(', ')} (default: day)` },
    days: { type: 'string', value: 'N', help: 'number of days, with today (default: 30)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals }, context) {
    noArguments('usage', positionals)
    const by = groups.find((group) => group === (values.by ?? 'day'))
    if (by === undefined) throw usageError(`--by must be one of ${groups.join(', ')}, got ${JSON.stringify(values.by)}`)
    requireOneSubject(values)
    const since = new Date(Date.now() - (wholeNumber('--days', values.days ?? '30', 1, 36_500) - 1) * dayMs).toISOString().slice(0, 10)
    const { rows, names } = await withEdge(
      context,
      async (edge) => {
        const subject = await findSubject(edge, values)
        const filter: Record<string, string> = subject ? { scope: subject.scope, subject: subject.id } : {}
        // The list begins with the newest day.
        const fetched = (await fetchAll(edge, '/v1/usage', filter, (page) => page.some((row) => (row as UsageOfDay).day < since))) as UsageOfDay[]
        return { rows: fetched.filter(({ day }) => day >= since), names: await namesFor(edge, by) }
      },
      'admin',
    )
    const sums = addUp(rows, by)
    if (values.json) context.terminal.json({ by, since, items: sums })
    else context.terminal.table([by, 'requests', 'input', 'output', 'cached', 'cost'], [...sums, totalOf(sums)].map((sum) => [names.get(sum.group) ?? (sum.group || '(none)'), String(sum.requests), String(sum.inputTokens), String(sum.outputTokens), String(sum.cachedTokens), money(sum.cost)]))
    return 0
  },
})

interface Sum extends Pick<UsageOfDay, 'requests' | 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'cost'> {
  readonly group: string
}

const groupOf: Record<Group, (row: UsageOfDay) => string | undefined> = {
  day: ({ day }) => day,
  user: ({ userId }) => userId,
  team: ({ teamId }) => teamId,
  key: ({ keyId }) => keyId,
  provider: ({ provider }) => provider,
  model: ({ model }) => model,
}

/** Days are listed newest first, everything else by cost, highest first. */
function addUp(rows: readonly UsageOfDay[], by: Group): Sum[] {
  const sums = new Map<string, Sum>()
  for (const row of rows) {
    const group = groupOf[by](row) ?? ''
    sums.set(group, plus(sums.get(group) ?? nothing(group), row))
  }
  return [...sums.values()].toSorted((a, b) => (by === 'day' ? b.group.localeCompare(a.group) : b.cost - a.cost || b.inputTokens + b.outputTokens - a.inputTokens - a.outputTokens))
}

const totalOf = (sums: readonly Sum[]) => sums.reduce((total, sum) => plus(total, sum), nothing('total'))
const nothing = (group: string): Sum => ({ group, requests: 0, inputTokens: 0, outputTokens: 0, cachedTokens: 0, cost: 0 })

function plus(sum: Sum, more: Omit<Sum, 'group'>): Sum {
  return {
    group: sum.group,
    requests: sum.requests + more.requests,
    inputTokens: sum.inputTokens + more.inputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    cachedTokens: sum.cachedTokens + more.cachedTokens,
    // In millionths, to avoid rounding errors.
    cost: Math.round((sum.cost + more.cost) * 1e6) / 1e6,
  }
}

const money = (cost: number) => (cost === 0 ? '0' : cost.toFixed(cost < 1 ? 6 : 2))

async function namesFor(edge: Edge, by: Group): Promise<ReadonlyMap<string, string>> {
  const known = by === 'user' ? await knownUsers(edge) : by === 'team' ? await knownTeams(edge) : []
  return new Map(known.map(({ id, name }) => [id, name]))
}

async function knownTeams(edge: Edge): Promise<readonly { id: string; name: string }[]> {
  const teams = await unlessForbidden(fetchAllTeams(edge), [])
  return teams.map(({ id, name, deletedAt }) => ({ id, name: deletedAt === undefined ? name : `${name} (deleted ${deletedAt.slice(0, 10)})` }))
}
