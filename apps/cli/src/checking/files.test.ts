import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maxFileBytes, readAll } from './files.ts'

test('holds no more in memory than 256 MB, and says which files came too late', () => {
  const root = mkdtempSync(join(tmpdir(), 'elder-files-'))
  writeFileSync(join(root, '0.txt'), Buffer.alloc(maxFileBytes, 'x'))
  // Links cost nothing on the disk, and are read like any file.
  const names = Array.from({ length: 35 }, (_, n) => `${n}.txt`)
  for (const name of names.slice(1)) linkSync(join(root, '0.txt'), join(root, name))
  const { files, refused } = readAll(names, { root, id: 'r', isGit: false }, root)
  rmSync(root, { recursive: true })
  expect(files.map(({ name }) => name)).toEqual(names.slice(0, 33))
  expect(refused).toMatchObject([{ path: '33.txt', status: 'not_analysed', reason: expect.stringContaining('256 MB') as string }, { path: '34.txt' }])
})
