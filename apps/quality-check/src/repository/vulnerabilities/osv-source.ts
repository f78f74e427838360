import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { OsvIndex, UnusableSource } from './osv-index.ts'

const mostEntries = 1_000_000
const mostBytes = 8 * 1024 ** 3
const largestRecord = 4 * 1_048_576
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
    throw new UnusableSource(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
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
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch((error: unknown) => {
    throw new UnusableSource(`is no zip that can be read: ${error instanceof Error ? error.message : String(error)}`)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry) => {
        readEntry(zip, entry, index, budget).then(() => zip.readEntry(), reject)
      })
      zip.on('end', resolve)
      zip.on('error', (error: unknown) => reject(new UnusableSource(`is damaged: ${error instanceof Error ? error.message : String(error)}`)))
      zip.readEntry()
    })
  } finally {
    zip.close()
  }
}

async function readEntry(zip: ZipFile, entry: Entry, index: OsvIndex, budget: Budget): Promise<void> {
  const { fileName, uncompressedSize, compressedSize } = entry
  spend(budget, uncompressedSize)
  if (uncompressedSize > smallestSuspect && uncompressedSize > mostCompressed * compressedSize) throw new UnusableSource(`has an entry that unpacks to ${Math.round(uncompressedSize / Math.max(1, compressedSize))} times its size`)
  // Entries in subfolders and files that are not JSON are no advisories.
  if (fileName.includes('/') || !fileName.endsWith('.json') || uncompressedSize > largestRecord || entry.isEncrypted()) return
  const pieces: Buffer[] = []
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(Buffer.from(piece))
  } catch (error) {
    throw new UnusableSource(`is damaged: ${error instanceof Error ? error.message : String(error)}`)
  }
  addText(index, Buffer.concat(pieces))
}

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
