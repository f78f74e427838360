import { defineCommand, usageError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import type { Edge } from '../edge.ts'
import { fetchAll } from '../pages.ts'
import { fetchKeys, fetchTeams, fetchUsers, findSubject, requireOneSubject, subjectOptions, unlessForbidden, type Subject, type SubjectFlags } from '../people.ts'
import { limitText, noTerms, readTermFlags, termOptions, type TermChange, type TermFlags, type Terms } from '../policy-terms.ts'
import { count, localTime, printable, type Terminal } from '../terminal.ts'
import { secondWord } from '../words.ts'

interface Policy extends Terms {
  readonly scope: string
  readonly subject: string
  readonly version: number
  readonly changedAt?: string
}

export const command = defineCommand({
  usage: 'policies list | policies show WHOSE | policies set WHOSE TERMS | policies clear WHOSE',
  about:
    'Usage policies limit how keys, users and teams may use models. If several policies apply to a request, all of them are enforced.\nset keeps the terms it does not name; clear removes the policy. A change takes effect everywhere within a second.',
  options: { ...subjectOptions, ...termOptions, json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals: [word, surplus] }, context) {
    const action = secondWord('policies', ['list', 'show', 'set', 'clear'], word)
    if (surplus !== undefined) throw usageError(`policies ${action} takes flags, got ${JSON.stringify(surplus)}`, `usage: elder ${command.usage}`)
    const { answer, say } = await actions[action](values, context)
    if (values.json) context.terminal.json(answer)
    else say(context.terminal)
    return 0
  },
})

type Outcome = { readonly answer: unknown; say(terminal: Terminal): void }
type Flags = SubjectFlags & TermFlags

const actions: Record<'list' | 'show' | 'set' | 'clear', (flags: Flags, context: Context) => Promise<Outcome>> = {
  async list(_flags, context) {
    const { items, names } = await withEdge(context, async (edge) => ({ items: (await fetchAll(edge, '/v1/usage-policies')) as Policy[], names: await namesOf(edge) }), 'admin')
    const rows = items.map((policy) => [policy.scope, names.get(`${policy.scope} ${policy.subject}`) ?? policy.subject, String(policy.version), localTime(policy.changedAt), summaryOf(policy)])
    return { answer: { items }, say: ({ print, table }) => (rows.length === 0 ? print('no usage policies: elder policies set') : table(['of', 'name', 'version', 'changed', 'says'], rows)) }
  },

  async show(flags, context) {
    requireSubject(flags)
    return withEdge(context, async (edge) => {
      const subject = await subjectOf(edge, flags)
      return told(subject, await edge.request<Policy>('GET', placeOf(subject)))
    }, 'admin')
  },

  async set(flags, context) {
    requireSubject(flags)
    const change = readTermFlags(flags)
    // Requested before the change, so that a change that succeeded is not reported as a failure.
    const unpriced = flags.limit?.some((limit) => /^cost\/\w+=\d/.test(limit)) ? await unpricedProviders(context) : []
    const outcome = await put(flags, context, change)
    if (unpriced.length > 0) context.terminal.note(printable(`cost limits do not count ${unpriced.join(', ')}: they have no price; set "prices" with elder providers set`))
    return outcome
  },

  async clear(flags, context) {
    requireSubject(flags)
    return put(flags, context, () => noTerms)
  },
}

function put(flags: Flags, context: Context, change: TermChange): Promise<Outcome> {
  return withEdge(context, async (edge) => {
    const subject = await subjectOf(edge, flags)
    const { version: baseVersion, ...current } = await edge.request<Policy>('GET', placeOf(subject))
    const { limits, allowedModels, maxOutputTokens, secrets, deniedPrompts, deniedAnswers, answerCache } = change(current)
    const plainLimits = limits.map(({ meter, window, amount }) => ({ meter, window, amount }))
    return told(subject, await edge.request<Policy>('PUT', placeOf(subject), { body: { baseVersion, limits: plainLimits, allowedModels, maxOutputTokens, secrets, deniedPrompts, deniedAnswers, answerCache } }))
  }, 'admin')
}

/** A cost limit is effective only where prices are known, so a missing price is reported here. Leads set policies but cannot list providers. */
async function unpricedProviders(context: Context): Promise<string[]> {
  const ask = (edge: Edge) => edge.request<{ items: { name: string; priced: readonly string[] }[] }>('GET', '/v1/providers')
  const { items } = await withEdge(context, (edge) => unlessForbidden(ask(edge), { items: [] }), 'admin')
  return items.filter(({ priced }) => priced.length === 0).map(({ name }) => name)
}

function requireSubject(flags: Flags): void {
  requireOneSubject(flags)
  if (flags.user === undefined && flags.team === undefined && flags.key === undefined) throw usageError('name the owner of the policy: --user NAME, --team NAME or --key ID')
}

async function subjectOf(edge: Edge, flags: Flags): Promise<Subject> {
  const subject = await findSubject(edge, flags)
  if (!subject) throw usageError('the owner of the policy is missing')
  return subject
}

const placeOf = ({ scope, id }: Subject) => `/v1/usage-policies/${scope}/${encodeURIComponent(id)}`

function told(subject: Subject, policy: Policy): Outcome {
  return { answer: policy, say: (terminal) => show(subject, policy, terminal) }
}

function show({ name }: Subject, policy: Policy, { print, style }: Terminal): void {
  const rows: [string, string][] = [
    ...policy.limits.map((limit): [string, string] => ['limit', limitText(limit)]),
    ['models', policy.allowedModels.join(', ') || 'any'],
    ['answer', policy.maxOutputTokens === null ? 'of any length' : `at most ${policy.maxOutputTokens} tokens`],
    ['secrets', policy.secrets ?? 'let through'],
    ...policy.deniedPrompts.map((pattern): [string, string] => ['no prompt', printable(pattern)]),
    ...policy.deniedAnswers.map((pattern): [string, string] => ['no answer', printable(pattern)]),
    ['cache', policy.answerCache ?? 'for requests that ask for it'],
  ]
  print(`${style('bold', name)}  ${policy.version === 0 ? 'has no policy' : `version ${policy.version}, ${localTime(policy.changedAt)}`}`)
  if (policy.version > 0) for (const [title, text] of rows) print(`  ${title.padEnd(9)}  ${text}`)
}

function summaryOf(policy: Policy): string {
  const patterns = policy.deniedPrompts.length + policy.deniedAnswers.length
  const parts = [
    ...policy.limits.map(limitText),
    ...(policy.allowedModels.length > 0 ? [`models ${policy.allowedModels.join(',')}`] : []),
    ...(policy.maxOutputTokens === null ? [] : [`${policy.maxOutputTokens} tokens an answer`]),
    ...(policy.secrets === null ? [] : [`${policy.secrets} secrets`]),
    ...(patterns > 0 ? [count(patterns, 'denied pattern')] : []),
    ...(policy.answerCache === null ? [] : [`cache ${policy.answerCache}`]),
  ]
  return parts.join('; ') || 'nothing'
}

/** Readable names of everything that may have a policy, by scope and id. */
async function namesOf(edge: Edge): Promise<ReadonlyMap<string, string>> {
  const [users, teams, keys] = await Promise.all([fetchUsers(edge), fetchTeams(edge), fetchKeys(edge)])
  return new Map([
    ...users.map(({ id, name }) => [`user ${id}`, name] as const),
    ...teams.map(({ id, name }) => [`team ${id}`, name] as const),
    ...keys.map(({ id, userName }) => [`key ${id}`, `${id} of ${userName}`] as const),
  ])
}
