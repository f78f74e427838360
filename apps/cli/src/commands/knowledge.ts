import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { fetchAll } from '../pages.ts'
import { describeFileError } from '../source-file.ts'
import { localTime, type Terminal } from '../terminal.ts'
import { noArguments, onlyArgument, secondWord } from '../words.ts'

interface Entry {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly source?: string
  readonly kind?: string
  readonly updatedAt: string
  readonly updatedBy?: string
}

const kinds = ['decision', 'convention', 'lesson']

export const command = defineCommand({
  usage: 'knowledge add --title TEXT | update ID | list | show ID | delete ID',
  about: 'The knowledge base: decisions, conventions and lessons of the team. The text comes from --body, --file or standard input.\nAn update keeps the fields it does not name; earlier versions remain available.',
  options: {
    title: { type: 'string', value: 'TEXT', help: 'add, update' },
    body: { type: 'string', value: 'TEXT', help: 'add, update' },
    file: { type: 'string', value: 'FILE', help: 'add, update: take the text from a file; - is standard input' },
    tags: { type: 'string', value: 'A,B', help: 'add, update' },
    source: { type: 'string', value: 'TEXT', help: 'add, update: where it comes from' },
    kind: { type: 'string', value: 'KIND', help: 'add, update: decision, convention or lesson' },
    query: { type: 'string', value: 'WORDS', help: 'list: search for these words, best match first' },
    tag: { type: 'string', value: 'TAG', help: 'list: only entries with this tag' },
    version: { type: 'string', value: 'N', help: 'show: an earlier version' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word, ...rest] }, context) {
    const action = actions[secondWord('knowledge', ['add', 'update', 'list', 'show', 'delete'], word)]
    if (values.kind !== undefined && !kinds.includes(values.kind)) throw usageError(`--kind must be one of ${kinds.join(', ')}, got ${JSON.stringify(values.kind)}`)
    const { answer, say } = await action(values, rest, context)
    if (values.json) context.terminal.json(answer)
    else say(context.terminal)
    return 0
  },
})

type Values = Parameters<typeof command.run>[0]['values']
/** The response, and how it is printed for people. */
type Outcome = { readonly answer: unknown; say(terminal: Terminal): void }
type Action = (values: Values, rest: readonly string[], context: Context) => Promise<Outcome>

const placeOf = (id: string) => `/v1/knowledge/${encodeURIComponent(id)}`
const idIn = (rest: readonly string[]) => onlyArgument(command, 'entry id', rest)

const actions: Record<'add' | 'update' | 'list' | 'show' | 'delete', Action> = {
  async add(values, rest, context) {
    noArguments('knowledge add', rest)
    if (values.title === undefined) throw usageError('knowledge add needs a title: --title TEXT')
    const body = await bodyOf(values, context, true)
    if (body === undefined) throw usageError('knowledge add needs a text: --body TEXT, --file FILE, or standard input')
    const entry = await withEdge(context, (edge) => edge.request<Entry>('POST', '/v1/knowledge', { body: { ...fieldsOf(values), body } }))
    return { answer: entry, say: ({ print }) => print(`added ${entry.id}: ${entry.title}`) }
  },

  async update(values, rest, context) {
    const id = idIn(rest)
    const given = { ...fieldsOf(values), ...definedOnly({ body: await bodyOf(values, context, false) }) }
    if (Object.keys(given).length === 0) throw usageError('no change was given', 'elder knowledge update ID --body TEXT (or --file, --title, --tags, --source, --kind)')
    const entry = await withEdge(context, async (edge) => {
      const { version: baseVersion, title, body, tags, source, kind } = await edge.request<Entry>('GET', placeOf(id))
      return edge.request<Entry>('PUT', placeOf(id), { body: { title, body, tags, ...definedOnly({ source, kind }), ...given, baseVersion } })
    })
    return { answer: entry, say: ({ print }) => print(`updated ${entry.id}, now version ${entry.version}: ${entry.title}`) }
  },

  async list({ query, tag }, rest, context) {
    noArguments('knowledge list', rest)
    const items = (await withEdge(context, (edge) => fetchAll(edge, '/v1/knowledge', definedOnly({ query, tag })))) as Entry[]
    const rows = items.map(({ id, version, kind, updatedAt, tags, title }) => [id, String(version), kind ?? '', localTime(updatedAt), tags.join(','), title])
    const nothing = query === undefined && tag === undefined ? 'no knowledge yet: elder knowledge add --title TEXT --body TEXT' : 'no knowledge matches'
    return { answer: { items }, say: ({ print, table }) => (rows.length === 0 ? print(nothing) : table(['id', 'version', 'kind', 'changed', 'tags', 'title'], rows)) }
  },

  async show(values, rest, context) {
    const version = values.version === undefined ? '' : `?version=${wholeNumber('--version', values.version, 1, 1_000_000)}`
    const entry = await withEdge(context, (edge) => edge.request<Entry>('GET', placeOf(idIn(rest)) + version))
    return { answer: entry, say: (terminal) => showEntry(entry, terminal) }
  },

  async delete(_values, rest, context) {
    const id = idIn(rest)
    const answer = await withEdge(context, (edge) => edge.request<unknown>('DELETE', placeOf(id)))
    return { answer, say: ({ print }) => print(`deleted ${id}`) }
  },
}

function showEntry({ id, version, title, body, tags, source, kind, updatedAt, updatedBy }: Entry, { print, style }: Terminal): void {
  print(`${style('bold', title)}\n${kind ?? ''} ${id}, version ${version}, ${localTime(updatedAt)}${updatedBy === undefined ? '' : ` by ${updatedBy}`}`)
  if (tags.length > 0) print(`tags: ${tags.join(', ')}`)
  if (source !== undefined) print(`source: ${source}`)
  print(`\n${body}`)
}

function fieldsOf({ title, tags, source, kind }: Values) {
  return definedOnly({ title, source, kind, tags: tags?.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '') })
}

function definedOnly<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** The text from the named file, or from standard input. */
async function bodyOf({ body, file }: Values, { cwd, terminal: { streams } }: Context, expected: boolean): Promise<string | undefined> {
  if (body !== undefined && file !== undefined) throw usageError('use only one of --body and --file')
  if (body !== undefined) return body
  if (file === '-' || (file === undefined && expected && !streams.stdin.isTTY)) return (await text(streams.stdin)) || undefined
  if (file === undefined) return undefined
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw usageError(`--file ${file} ${describeFileError(error)}`)
  }
}
