import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { describeFileError } from '../source-file.ts'
import { localTime } from '../terminal.ts'
import { onlyArgument, secondWord } from '../words.ts'

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
  about: 'What the team decided, agreed and learned. The text comes from --body, from --file, else from standard input.\nAn update keeps what it does not name, and the versions before it.',
  options: {
    title: { type: 'string', value: 'TEXT', help: 'add, update' },
    body: { type: 'string', value: 'TEXT', help: 'add, update' },
    file: { type: 'string', value: 'FILE', help: 'add, update: take the text from a file' },
    tags: { type: 'string', value: 'A,B', help: 'add, update' },
    source: { type: 'string', value: 'TEXT', help: 'add, update: where it comes from' },
    kind: { type: 'string', value: 'KIND', help: 'add, update: decision, convention or lesson' },
    query: { type: 'string', value: 'WORDS', help: 'list: only what these words find, best first' },
    tag: { type: 'string', value: 'TAG', help: 'list: only entries with this tag' },
    version: { type: 'string', value: 'N', help: 'show: an earlier version' },
    json: { type: 'boolean', help: 'for scripts' },
  },
  async run({ values, positionals: [word, ...rest] }, context) {
    const { terminal } = context
    const action = secondWord('knowledge', ['add', 'update', 'list', 'show', 'delete'], word)
    if (values.kind !== undefined && !kinds.includes(values.kind)) throw usageError(`--kind must be one of ${kinds.join(', ')}, got ${JSON.stringify(values.kind)}`)
    const given = {
      ...(values.title === undefined ? {} : { title: values.title }),
      ...(values.tags === undefined ? {} : { tags: values.tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '') }),
      ...(values.source === undefined ? {} : { source: values.source }),
      ...(values.kind === undefined ? {} : { kind: values.kind }),
    }
    const place = (id: string) => `/v1/knowledge/${encodeURIComponent(id)}`
    switch (action) {
      case 'list': {
        const query = new URLSearchParams({ limit: '200', ...(values.query === undefined ? {} : { query: values.query }), ...(values.tag === undefined ? {} : { tag: values.tag }) })
        const page = await withEdge(context, (edge) => edge.request<{ items: Entry[] }>('GET', `/v1/knowledge?${query}`))
        if (values.json) terminal.json(page)
        else terminal.table(['id', 'version', 'kind', 'changed', 'tags', 'title'], page.items.map(({ id, version, kind, updatedAt, tags, title }) => [id, String(version), kind ?? '', localTime(updatedAt), tags.join(','), title]))
        return 0
      }
      case 'show': {
        const id = onlyArgument(command, 'entry id', rest)
        const version = values.version === undefined ? '' : `?version=${wholeNumber('--version', values.version, 1, 1_000_000)}`
        return say(await withEdge(context, (edge) => edge.request<Entry>('GET', place(id) + version)), 'full')
      }
      case 'delete': {
        const id = onlyArgument(command, 'entry id', rest)
        const deleted = await withEdge(context, (edge) => edge.request<unknown>('DELETE', place(id)))
        if (values.json) terminal.json(deleted)
        else terminal.print(`deleted ${id}`)
        return 0
      }
      case 'add': {
        if (values.title === undefined) throw usageError('knowledge add needs a title: --title TEXT')
        const body = await bodyOf(values, context)
        if (body === undefined) throw usageError('knowledge add needs a text: --body TEXT, --file FILE, or standard input')
        return say(await withEdge(context, (edge) => edge.request<Entry>('POST', '/v1/knowledge', { body: { ...given, body } })), 'added')
      }
      case 'update': {
        const id = onlyArgument(command, 'entry id', rest)
        const body = await bodyOf(values, context)
        return say(
          await withEdge(context, async (edge) => {
            const { version: baseVersion, title, body: text, tags, source, kind } = await edge.request<Entry>('GET', place(id))
            const before = { title, body: text, tags, ...(source === undefined ? {} : { source }), ...(kind === undefined ? {} : { kind }) }
            return edge.request<Entry>('PUT', place(id), { body: { ...before, ...given, ...(body === undefined ? {} : { body }), baseVersion } })
          }),
          'updated',
        )
      }
    }

    function say(entry: Entry, how: 'full' | 'added' | 'updated'): number {
      if (values.json) terminal.json(entry)
      else if (how !== 'full') terminal.print(`${how} ${entry.id}, version ${entry.version}: ${entry.title}`)
      else {
        terminal.print(`${terminal.style('bold', entry.title)}\n${entry.kind ?? ''} ${entry.id}, version ${entry.version}, ${localTime(entry.updatedAt)}${entry.updatedBy === undefined ? '' : ` by ${entry.updatedBy}`}`)
        if (entry.tags.length > 0) terminal.print(`tags: ${entry.tags.join(', ')}`)
        if (entry.source !== undefined) terminal.print(`source: ${entry.source}`)
        terminal.print(`\n${entry.body}`)
      }
      return 0
    }
  },
})

async function bodyOf({ body, file }: { readonly body?: string; readonly file?: string }, { cwd, terminal }: Context): Promise<string | undefined> {
  if (body !== undefined && file !== undefined) throw usageError('--body and --file are both given; keep one')
  if (body !== undefined) return body
  if (file === undefined) return terminal.stdin.isTTY ? undefined : (await text(terminal.stdin)) || undefined
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw usageError(`--file ${file} ${describeFileError(error)}`)
  }
}
