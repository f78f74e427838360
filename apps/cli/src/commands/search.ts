import { defineCommand, usageError, wholeNumber } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { findRepository } from '../repository.ts'

interface Found {
  readonly hits: readonly { readonly repository: string; readonly path: string; readonly startLine: number; readonly endLine: number; readonly score: number; readonly preview: string }[]
  readonly tookMs: number
}

export const command = defineCommand({
  usage: 'search QUERY [--limit N] [--repository ID | --everywhere] [--json]',
  about: 'Searches the indexed code and lists the places found, best match first.',
  options: {
    limit: { type: 'string', value: 'N', help: 'at most this many hits (default: 10)' },
    repository: { type: 'string', value: 'ID', help: 'search another repository than the one you are in' },
    everywhere: { type: 'boolean', help: 'search everything you may read' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals }, context) {
    const query = positionals.join(' ').trim()
    if (query === '') throw usageError('search needs words to look for', 'elder search retry budget')
    const limit = wholeNumber('--limit', values.limit ?? '10', 1, 50)
    const { terminal } = context
    const repository = values.everywhere ? {} : { repository: values.repository ?? findRepository(context.cwd).id }
    const found = await withEdge(context, (edge) => edge.request<Found>('POST', '/v1/searches', { body: { query, limit, ...repository } }))
    if (values.json) {
      terminal.json(found)
      return 0
    }
    for (const { path, startLine, endLine, score, preview } of found.hits) {
      terminal.print(`${terminal.style('bold', `${path}:${startLine}-${endLine}`)} ${terminal.style('dim', score.toFixed(2))}`)
      for (const line of preview.split('\n').slice(0, 4)) terminal.print(`    ${line}`)
    }
    if (found.hits.length === 0) terminal.note(`nothing found${repository.repository === undefined ? '' : ` in ${repository.repository}; is it indexed? elder index`}`)
    return 0
  },
})
