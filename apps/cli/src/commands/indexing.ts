import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CommandError, defineCommand, usageError } from '../command.ts'
import { withEdge } from '../credentials.ts'
import type { Edge } from '../edge.ts'
import { walkFiles, type Skipped } from '../file-walk.ts'
import { findRepository } from '../repository.ts'
import { describeFileError, readSource } from '../source-file.ts'
import { count } from '../terminal.ts'

const maxFileBytes = 1024 * 1024
const maxFiles = 50_000
const batch = { bytes: 3 * 1024 * 1024, files: 5_000 }
const uploadTimeoutMs = 300_000

export const command = defineCommand({
  usage: 'index [FOLDER] [--json]',
  about: 'Indexes a repository for the sages; only changed files are sent. Files that .gitignore excludes are not sent. Binaries, files over\n1 MB, files with secrets and symbolic links are skipped and listed.',
  options: {
    repository: { type: 'string', value: 'ID', help: 'name of the repository (default: its origin, else its folder)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals }, context) {
    if (positionals.length > 1) throw usageError('index takes one folder')
    const startedAt = performance.now()
    const { root, id } = findRepository(readableFolder(positionals[0] ?? '.', context.cwd))
    const repository = values.repository ?? id
    const { terminal } = context
    const progress = (text: string) => {
      if (terminal.streams.stderr.isTTY) terminal.streams.stderr.write(`\r\x1b[2K${text}`)
    }
    progress('reading files')
    const { files, skipped } = readRepository(root)
    const indexed = await withEdge(context, (edge) => upload(edge, { root, repository, files, skipped, progress }))
    progress('')
    const result = { repository, ...indexed, tookMs: Math.round(performance.now() - startedAt) }
    if (values.json) terminal.json(result)
    else show(result, terminal)
    return 0
  },
})

/** The index of an unreadable folder would be empty, and would replace the existing one. */
function readableFolder(name: string, cwd: string): string {
  const folder = resolve(cwd, name)
  try {
    readdirSync(folder)
    return folder
  } catch (error) {
    throw usageError(`${name} ${describeFileError(error)}`)
  }
}

interface Listed {
  readonly path: string
  readonly sha256: string
}

function readRepository(root: string): { files: Listed[]; skipped: Skipped[] } {
  const { paths, skipped: passedBy } = walkFiles(root)
  const files: Listed[] = []
  const skipped = [...passedBy]
  for (const path of paths) {
    const content = contentOf(root, path)
    if (typeof content === 'string') skipped.push({ path, reason: content })
    else files.push({ path, sha256: createHash('sha256').update(content).digest('hex') })
  }
  if (files.length > maxFiles) throw new CommandError(`${root} has ${files.length} files of text; an index holds ${maxFiles}`, { fix: 'exclude generated files in .gitignore' })
  return { files, skipped }
}

/** The content, or the reason why it cannot be read. */
function contentOf(root: string, path: string): Buffer | string {
  try {
    const source = readSource(join(root, path), maxFileBytes)
    return 'content' in source ? source.content : source.refused
  } catch (error) {
    return describeFileError(error)
  }
}

interface UploadInput {
  readonly root: string
  readonly repository: string
  readonly files: readonly Listed[]
  readonly skipped: readonly Skipped[]
  progress(text: string): void
}

interface Stored {
  readonly added: number
  readonly changed: number
  readonly chunks: number
  readonly skipped: readonly Skipped[]
  readonly totalFiles: number
  readonly totalChunks: number
}

async function upload(edge: Edge, { root, repository, files, skipped, progress }: UploadInput) {
  const base = `/v1/repositories/${encodeURIComponent(repository)}`
  const manifest = await edge.request<{ missing: string[]; removed: number; skipped: Skipped[]; totalFiles: number; totalChunks: number }>('POST', `${base}/manifest`, { body: { files }, timeoutMs: uploadTimeoutMs })
  const result = { files: manifest.totalFiles, chunks: manifest.totalChunks, added: 0, changed: 0, removed: manifest.removed, skipped: [...skipped, ...manifest.skipped] }
  let sent = 0
  for (const some of batches(root, manifest.missing, result.skipped)) {
    const stored = await edge.request<Stored>('PUT', `${base}/files`, { body: { files: some }, timeoutMs: uploadTimeoutMs })
    result.added += stored.added
    result.changed += stored.changed
    result.skipped.push(...stored.skipped)
    result.files = stored.totalFiles
    result.chunks = stored.totalChunks
    progress(`indexed ${(sent += some.length)} of ${manifest.missing.length} files`)
  }
  return result
}

function* batches(root: string, paths: readonly string[], skipped: Skipped[]): Generator<{ path: string; content: string }[]> {
  let some: { path: string; content: string }[] = []
  let bytes = 0
  for (const path of paths) {
    const content = contentOf(root, path)
    // Changed since it was listed.
    if (typeof content === 'string') {
      skipped.push({ path, reason: content })
      continue
    }
    if (some.length === batch.files || (some.length > 0 && bytes + content.length > batch.bytes)) {
      yield some
      some = []
      bytes = 0
    }
    some.push({ path, content: content.toString('base64') })
    bytes += content.length
  }
  if (some.length > 0) yield some
}

function show(result: Awaited<ReturnType<typeof upload>> & { repository: string; tookMs: number }, { print, style }: Parameters<typeof command.run>[1]['terminal']): void {
  for (const { path, reason } of result.skipped) print(style('dim', `skipped ${path}: ${reason}`))
  print(`${result.repository}: ${count(result.files, 'file')} in ${count(result.chunks, 'chunk')}; ${result.added} added, ${result.changed} changed, ${result.removed} removed, ${result.skipped.length} skipped (${(result.tookMs / 1_000).toFixed(1)} s)`)
}
