import type { Git } from '../git.ts'
import { sourceOf, tooLarge, type SourceFile } from '../source-file.ts'

/** Reads git objects in one call, with the same rejections as `readSource`. */
export async function readBlobs(git: Git, oids: readonly string[], maxBytes: number): Promise<Map<string, SourceFile>> {
  const blobs = new Map<string, SourceFile>()
  if (oids.length === 0) return blobs
  const small: string[] = []
  for (const line of (await git.bytes(['cat-file', '--batch-check'], `${oids.join('\n')}\n`)).toString('latin1').split('\n')) {
    const [oid = '', type, size] = line.split(' ')
    if (type !== 'blob') continue
    if (Number(size) > maxBytes) blobs.set(oid, tooLarge(Number(size), maxBytes))
    else small.push(oid)
  }
  const all = small.length === 0 ? Buffer.alloc(0) : await git.bytes(['cat-file', '--batch'], `${small.join('\n')}\n`)
  for (let at = 0; at < all.length; ) {
    const endOfLine = all.indexOf(10, at)
    const [oid = '', , size = '0'] = all.toString('latin1', at, endOfLine).split(' ')
    const content = all.subarray(endOfLine + 1, endOfLine + 1 + Number(size))
    blobs.set(oid, sourceOf(content))
    at = endOfLine + 1 + Number(size) + 1
  }
  return blobs
}
