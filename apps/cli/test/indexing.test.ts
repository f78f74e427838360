import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder, startTestEdge, type Asked } from './elder.ts'

let folder: string
let door: Awaited<ReturnType<typeof startTestEdge>>
/** What the platform has already. */
let known: Set<string>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elder-index-'))
  known = new Set()
  door = await startTestEdge(({ url, body }: Asked) => {
    const { files } = body as { files: { path: string }[] }
    if (url.endsWith('/manifest')) return { body: { missing: files.map(({ path }) => path).filter((path) => !known.has(path)), removed: 2, unchanged: known.size, skipped: [{ path: 'known secret', reason: 'contains a secret' }], totalFiles: known.size, totalChunks: known.size } }
    for (const { path } of files) known.add(path)
    return { body: { added: files.length, changed: 0, chunks: files.length, skipped: [], totalFiles: known.size, totalChunks: known.size } }
  })
})
afterEach(() => {
  door.close()
  rmSync(folder, { recursive: true })
})

const write = (path: string, content: string | Buffer) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
}
const index = async () => {
  const { code, stdout, stderr } = await elder(['index', '--json'], { cwd: folder, env: door.env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as { repository: string; files: number; added: number; removed: number; skipped: { path: string; reason: string }[] }
}
const manifest = () => (door.asked as { body: { files: { path: string; sha256: string }[] } }[])[0]?.body.files ?? []

test('lists what .gitignore files at any depth leave, with the hash of each file', async () => {
  write('.gitignore', '*.log\nbuild/\n!keep.log\n')
  write('a.ts', 'export {}\n')
  write('x.log', '')
  write('keep.log', 'kept\n')
  write('build/out.js', '')
  write('sub/.gitignore', '/local.ts\n!again.log\n')
  write('sub/local.ts', '')
  write('sub/again.log', 'kept\n')
  write('sub/deep/local.ts', 'kept\n')
  write('node_modules/p/index.js', '')
  await index()
  expect(manifest().map(({ path }) => path)).toEqual(['.gitignore', 'a.ts', 'keep.log', 'sub/.gitignore', 'sub/again.log', 'sub/deep/local.ts'])
  expect(manifest()[1]?.sha256).toBe(createHash('sha256').update('export {}\n').digest('hex'))
})

test('skips and names binaries, files over 1 MB, symbolic links and other repositories', async () => {
  write('a.ts', '')
  write('b.bin', Buffer.from([0, 1]))
  write('c.txt', 'x'.repeat(1024 * 1024 + 1))
  write('other/.git/config', '')
  write('other/file.ts', '')
  symlinkSync('/etc/passwd', join(folder, 'link'))
  const { skipped } = await index()
  expect(skipped.map(({ path, reason }) => `${path} ${reason}`).sort()).toEqual(['b.bin is binary', 'c.txt is larger than 1 MB (1.0 MB)', 'known secret contains a secret', 'link is a symbolic link', 'other is a repository of its own'])
  expect(manifest().map(({ path }) => path)).toEqual(['a.ts'])
})

test('refuses a folder that cannot be listed, instead of emptying its index', async () => {
  write('file.txt', '')
  for (const [name, says] of [['gone', 'gone does not exist'], ['file.txt', 'file.txt is not a folder']] as const) {
    expect(await elder(['index', name], { cwd: folder, env: door.env })).toMatchObject({ code: 2, stderr: `elder: ${says}\n` })
  }
  expect(door.asked).toEqual([])
})

test('uploads only what is missing, in batches, under the name of the folder when there is no origin', async () => {
  for (let n = 0; n < 5; n++) write(`f${n}.txt`, String(n).repeat(900_000))
  known.add('f0.txt')
  const result = await index()
  expect(result).toMatchObject({ repository: basename(folder), files: 5, added: 4, removed: 2 })
  const uploads = door.asked.slice(1)
  expect(uploads.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(2).fill(`PUT /v1/repositories/${basename(folder)}/files`))
  const sent = uploads.flatMap(({ body }) => (body as { files: { path: string; content: string }[] }).files)
  expect(sent.map(({ path }) => path)).toEqual(['f1.txt', 'f2.txt', 'f3.txt', 'f4.txt'])
  expect(Buffer.from(sent[0]?.content ?? '', 'base64').toString()).toBe('1'.repeat(900_000))
})
