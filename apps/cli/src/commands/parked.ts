import { CommandError, defineCommand, usageError, wholeNumber } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { ForbiddenError, UnavailableError, type Edge } from '../edge.ts'
import { fetchAll } from '../pages.ts'
import { count, duration, localTime, printable, type Terminal } from '../terminal.ts'
import { noArguments, onlyArgument, secondWord } from '../words.ts'

interface Parked {
  readonly id: number
  readonly subject: string
  readonly consumer: string
  readonly code: string
  readonly reason: string
  readonly attempt: number
  readonly parkedAt: string
  readonly eventId: string
  readonly producer: string
  readonly bytes: number
}

export const command = defineCommand({
  usage: 'parked [list] | parked show ID | parked replay ID... | parked replay --all | parked drop ID...',
  about:
    'Facts and jobs that a service could not process: kept for 30 days, with the reason. Fix the cause, then replay: only the consumer that parked a message gets it\nagain. One that fails again is parked again, under a new id. drop deletes: nobody will ever take the message.',
  options: {
    all: { type: 'boolean', help: 'replay: all that are parked now' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word = 'list', ...rest] }, context) {
    const action = secondWord('parked', ['list', 'show', 'replay', 'drop'], word)
    if (values.all && action !== 'replay') throw usageError(`--all is for replay${action === 'drop' ? ': drop needs the ids' : ''}`, 'elder help parked')
    const act = actions[action](rest, values.all === true)
    const { answer, say, refused } = await withEdge(context, act, 'admin')
    for (const problem of refused ?? []) context.terminal.note(`elder: ${problem}`)
    if (values.json) context.terminal.json(answer)
    else say(context.terminal)
    return refused !== undefined && refused.length > 0 ? 1 : 0
  },
})

interface Outcome {
  readonly answer: unknown
  say(terminal: Terminal): void
  readonly refused?: readonly string[]
}

/** Parses its arguments, and returns the operation to run. */
type Action = (rest: readonly string[], all: boolean) => (edge: Edge) => Promise<Outcome>

const actions: Record<'list' | 'show' | 'replay' | 'drop', Action> = {
  list(rest) {
    noArguments('parked list', rest)
    return async (edge) => {
      const items = await fetchParked(edge)
      const rows = items.map((one) => [String(one.id), one.subject, one.consumer, String(one.attempt), ageOf(one), printable(one.reason)])
      return { answer: { items }, say: ({ print, table }) => (rows.length === 0 ? print('nothing is parked') : table(['id', 'subject', 'consumer', 'attempt', 'age', 'reason'], rows)) }
    }
  },

  show(rest) {
    const id = idIn(onlyArgument(command, 'id', rest))
    return async (edge) => {
      const one = await edge.request<Parked>('GET', pathOf(id))
      return { answer: one, say: ({ print }) => facts(one).forEach(([name, value]) => print(`${name.padEnd(9)}  ${value}`)) }
    }
  },

  replay(rest, all) {
    if (all) noArguments('parked replay --all', rest)
    const named = all ? undefined : idsIn('replay', rest)
    return async (edge) => each(named ?? (await fetchParked(edge)).map(({ id }) => id), 'replayed', (id) => edge.request<Parked>('POST', `${pathOf(id)}/replay`))
  },

  drop(rest) {
    const ids = idsIn('drop', rest)
    return (edge) => each(ids, 'dropped', (id) => edge.request<Parked>('DELETE', pathOf(id)))
  },
}

const fetchParked = (edge: Edge) => fetchAll(edge, '/v1/parked') as Promise<Parked[]>

/** A rejected message does not prevent the others. */
async function each(ids: readonly number[], did: string, act: (id: number) => Promise<Parked>): Promise<Outcome> {
  const items: Parked[] = []
  const refused: string[] = []
  for (const id of ids) {
    try {
      items.push(await act(id))
    } catch (error) {
      // If the platform is away or the role is insufficient, all others would fail as well.
      if (!(error instanceof CommandError) || error.exitCode === 3 || error instanceof ForbiddenError || error instanceof UnavailableError) throw error
      refused.push(`${id}: ${error.message}`)
    }
  }
  return { answer: { items }, refused, say: ({ print }) => print(ids.length === 0 ? 'nothing is parked' : `${did} ${count(items.length, 'message')}`) }
}

const pathOf = (id: number) => `/v1/parked/${id}`
const idIn = (text: string) => wholeNumber('ID', text, 1, 999_999_999_999_999)

function idsIn(action: 'replay' | 'drop', rest: readonly string[]): number[] {
  if (rest.length === 0) throw usageError(`parked ${action} needs an id`, `elder parked ${action} ID...${action === 'replay' ? ', or --all' : ''}; elder parked lists them`)
  return [...new Set(rest.map(idIn))]
}

function facts(one: Parked): [name: string, value: string][] {
  return [
    ['id', String(one.id)],
    ['subject', one.subject],
    ['from', one.producer],
    ['consumer', one.consumer],
    ['reason', `${one.code}: ${printable(one.reason)}`],
    ['attempt', String(one.attempt)],
    ['parked', `${localTime(one.parkedAt)}, ${ageOf(one)} ago`],
    ['fact', printable(one.eventId)],
    ['size', `${one.bytes} bytes`],
  ]
}

const ageOf = ({ parkedAt }: Parked) => duration(Math.max(0, (Date.now() - Date.parse(parkedAt)) / 1_000))
