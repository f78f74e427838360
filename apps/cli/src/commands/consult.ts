import { defineCommand, usageError } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { findRepository } from '../repository.ts'

interface Consultation {
  readonly answer: string
  readonly citations: readonly { readonly source: string; readonly repository?: string; readonly path?: string; readonly startLine?: number; readonly endLine?: number; readonly id?: string; readonly version?: number; readonly title?: string; readonly score: number }[]
  readonly sages: readonly { readonly name: string; readonly status: string; readonly tookMs: number }[]
  readonly cached: boolean
}

export const command = defineCommand({
  usage: 'consult QUESTION [--repository ID | --everywhere] [--json]',
  about: "Asks the sages, which search the team's knowledge and the indexed code of this repository. The answer cites its sources.",
  options: {
    repository: { type: 'string', value: 'ID', help: 'ask about another repository than the one you are in' },
    everywhere: { type: 'boolean', help: 'ask about everything you may read' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals }, context) {
    const question = positionals.join(' ').trim()
    if (question === '') throw usageError('consult needs a question', 'elder consult "how do we name events?"')
    const { terminal } = context
    const repository = values.everywhere ? {} : { repository: values.repository ?? findRepository(context.cwd).id }
    const consultation = await withEdge(context, (edge) => edge.request<Consultation>('POST', '/v1/consultations', { body: { question, ...repository } }))
    if (values.json) terminal.json(consultation)
    else show(consultation, terminal)
    return 0
  },
})

function show({ answer, citations, sages }: Consultation, { print, note, style }: Parameters<typeof command.run>[1]['terminal']): void {
  print(answer)
  if (citations.length > 0) print(`\n${style('bold', 'Sources')}`)
  for (const { path, startLine, endLine, repository, title, id, version, source } of citations) {
    print(path === undefined ? `  ${title ?? source} (${source} ${id ?? ''}${version === undefined ? '' : `, version ${version}`})` : `  ${path}:${startLine}-${endLine}${repository === undefined ? '' : ` (${repository})`}`)
  }
  for (const { name, status, tookMs } of sages) if (status === 'failed' || status === 'timed_out') note(`elder: the ${name} sage is missing from this answer: ${status.replace('_', ' ')} after ${tookMs} ms`)
}
