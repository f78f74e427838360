import { lstat, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl'
import { BlockReader } from './block-reader.ts'
import { OsvIndex, UnusableSource } from './osv-index.ts'

const mostEntries = 1_000_000
const mostBytes = 8 * 1024 ** 3
const largestRecord = 4 * 1_048_576
// What cannot be compressed grows by less than this.
const largestPacked = largestRecord + 65_536
const smallestSuspect = 262_144
const mostCompressed = 200
const deepestFolder = 4

interface Budget {
  entries: number
  bytes: number
}

/** Reads the operator's OSV zip, or folder of records and zips. Zips are read in memory, and no path from a zip is opened. Throws UnusableSource. */
export async function readOsvSource(path: string): Promise<OsvIndex> {
  const index = new OsvIndex()
  const budget: Budget = { entries: 0, bytes: 0 }
  const stats = await lstat(path).catch((error: unknown) => {
    throw new UnusableSource(`cannot be read: ${messageOf(error)}`)
  })
  if (stats.isDirectory()) await readFolder(path, index, budget, 0)
  else await readZip(path, index, budget)
  if (index.advisories === 0) throw new UnusableSource('holds no advisory about npm or PyPI')
  return index
}

/** Changes when a file of the source is added, removed or replaced. Overwriting a file of a folder in place does not change it. */
export async function stampOf(path: string, depth = 0): Promise<string> {
  const stats = await lstat(path)
  const own = `${stats.mtimeMs}:${stats.size}:${stats.ino}`
  if (!stats.isDirectory() || depth > deepestFolder) return own
  const below = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory() || entry.name.endsWith('.zip'))
  return [own, ...(await Promise.all(below.map((entry) => stampOf(join(path, entry.name), depth + 1))))].join(' ')
}

async function readFolder(folder: string, index: OsvIndex, budget: Budget, depth: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    // Links are not followed, so that nothing outside the folder is read.
    if (entry.isDirectory() && depth < deepestFolder) await readFolder(path, index, budget, depth + 1)
    else if (entry.isFile() && entry.name.endsWith('.zip')) await readZip(path, index, budget)
    else if (entry.isFile() && entry.name.endsWith('.json')) {
      const { size } = await lstat(path)
      spend(budget, size)
      if (size <= largestRecord) addText(index, await readFile(path))
    }
  }
}

async function readZip(path: string, index: OsvIndex, budget: Budget): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new UnusableSource(`is no zip that can be read: ${messageOf(error)}`)
  })
  try {
    const reader = new BlockReader(file.fd)
    const zip = await fromRandomAccessReaderPromise(reader, reader.size, { autoClose: false, validateEntrySizes: true }).catch((error: unknown) => {
      throw new UnusableSource(`is no zip that can be read: ${messageOf(error)}`)
    })
    await readEntries(zip, reader, index, budget)
  } finally {
    await file.close()
  }
}

async function readEntries(zip: ZipFile, reader: BlockReader, index: OsvIndex, budget: Budget): Promise<void> {
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileName, uncompressedSize, compressedSize } = entry
      spend(budget, uncompressedSize)
      if (uncompressedSize > smallestSuspect && uncompressedSize > mostCompressed * compressedSize) throw new UnusableSource(`has an entry that unpacks to ${Math.round(uncompressedSize / Math.max(1, compressedSize))} times its size`)
      // Entries in subfolders and files that are not JSON are no advisories.
      if (fileName.includes('/') || !fileName.endsWith('.json') || uncompressedSize > largestRecord || entry.isEncrypted()) continue
      addText(index, await contentOf(zip, entry, reader))
    }
  } catch (error) {
    throw error instanceof UnusableSource ? error : new UnusableSource(`is damaged: ${messageOf(error)}`)
  }
}

const stored = 0
const deflated = 8

async function contentOf(zip: ZipFile, entry: Entry, reader: BlockReader): Promise<Buffer> {
  const { fileName, compressionMethod, compressedSize, uncompressedSize } = entry
  if (compressedSize > largestPacked) throw new Error(`${fileName} takes ${compressedSize} bytes to hold ${uncompressedSize}`)
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  const packed = reader.bytes(fileDataStart, compressedSize)
  if (compressionMethod === stored) return packed
  if (compressionMethod !== deflated) throw new Error(`${fileName} is compressed by method ${compressionMethod}, which is not supported`)
  // At least one byte must be allowed; an entry that should be empty and has it is refused below.
  const content = inflateRawSync(packed, { maxOutputLength: Math.max(1, uncompressedSize) })
  if (content.length !== uncompressedSize) throw new Error(`${fileName} unpacks to ${content.length} bytes instead of ${uncompressedSize}`)
  return content
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function spend(budget: Budget, bytes: number): void {
  budget.entries++
  budget.bytes += bytes
  if (budget.entries > mostEntries) throw new UnusableSource(`has more than ${mostEntries} entries`)
  if (budget.bytes > mostBytes) throw new UnusableSource(`unpacks to more than ${mostBytes} bytes`)
}

/** An unreadable record is skipped; the others are kept. */
function addText(index: OsvIndex, content: Buffer): void {
  let value: unknown
  try {
    value = JSON.parse(content.toString())
  } catch (error) {
    if (error instanceof SyntaxError) return
    throw error
  }
  index.add(value)
}
