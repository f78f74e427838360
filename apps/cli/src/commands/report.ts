import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError, defineCommand, usageError } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { findRepository } from '../repository.ts'
import { noArguments } from '../words.ts'

const formats = { md: 'markdown', html: 'html' } as const

export const command = defineCommand({
  usage: 'report [--format md|html] [--output FILE]',
  about: "Writes a report on the repository's quality: scores and their trend, verdicts, the worst open findings.",
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'md or html (default: by the extension of FILE, else md)' },
    output: { type: 'string', value: 'FILE', help: 'write the report to this file' },
    repository: { type: 'string', value: 'ID', help: 'use this repository (default: the current one)' },
  },
  async run({ values, positionals }, context) {
    noArguments('report', positionals)
    const format = values.format ?? (values.output?.endsWith('.html') ? 'html' : 'md')
    if (format !== 'md' && format !== 'html') throw usageError(`--format must be md or html, got ${JSON.stringify(format)}`)
    const query = new URLSearchParams({ repository: values.repository ?? findRepository(context.cwd).id, format: formats[format] })
    const page = await withEdge(context, (edge) => edge.text('GET', `/v1/reports?${query.toString()}`))
    if (values.output === undefined) context.terminal.print(page.trimEnd())
    else write(resolve(context.cwd, values.output), page)
    return 0
  },
})

function write(file: string, page: string): void {
  try {
    writeFileSync(file, page)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new CommandError(code === 'ENOENT' ? `${file} cannot be written: its folder does not exist` : message, { exitCode: 2, cause: error })
  }
}
