/** How the paths of a report map to paths of the repository: a prefix to remove and a prefix to add. */
interface Shift {
  readonly strip: readonly string[]
  readonly add: readonly string[]
  votes: number
}

// A name that many folders have, such as index.ts, does not tell where a report's root is.
const mostNamesakes = 20
const mostShifts = 100

/** Maps each path of a report to a file of the repository. Reports name files relative to the file system's root, to a package, or to a source folder. */
export function mapPaths(reported: Iterable<string>, files: readonly string[]): Map<string, string> {
  const names = [...new Set(reported)].map((name) => ({ name, parts: partsOf(name) }))
  const known = new Set(files)
  const shifts = findShifts(names, files)
  const mapped = new Map<string, string>()
  const taken = new Set<string>()
  for (const shift of [...shifts, { strip: [], add: [] }]) {
    for (const { name, parts } of names) {
      const path = mapped.has(name) ? undefined : shifted(parts, shift)
      if (path === undefined || !known.has(path) || taken.has(path)) continue
      mapped.set(name, path)
      taken.add(path)
    }
  }
  return mapped
}

/** Possible mappings, the likeliest first: those that most paths agree on, then the simplest. */
function findShifts(names: readonly { readonly name: string; readonly parts: readonly string[] }[], files: readonly string[]): Shift[] {
  const byName = Map.groupBy(
    files.map((file) => file.split('/')),
    (parts) => parts.at(-1) ?? '',
  )
  const shifts = new Map<string, Shift>()
  for (const { parts } of names) {
    const namesakes = byName.get(parts.at(-1) ?? '') ?? []
    if (namesakes.length > mostNamesakes) continue
    for (const file of namesakes) vote(parts, file, shifts)
  }
  return [...shifts.values()].sort((a, b) => b.votes - a.votes || a.add.length - b.add.length || a.strip.length - b.strip.length).slice(0, mostShifts)
}

function vote(parts: readonly string[], file: readonly string[], shifts: Map<string, Shift>): void {
  let common = 0
  while (common < parts.length && common < file.length && parts.at(-1 - common) === file.at(-1 - common)) common++
  const strip = parts.slice(0, parts.length - common)
  const add = file.slice(0, file.length - common)
  const fromRoot = parts[0] === ''
  // One equal segment is weak evidence. It suffices for an absolute path, or for one that only lacks a prefix.
  if (common < 2 && strip.length > 0 && (!fromRoot || add.length > 0)) return
  const key = `${strip.join('/')}\0${add.join('/')}`
  const known = shifts.get(key) ?? { strip, add, votes: 0 }
  known.votes++
  shifts.set(key, known)
}

function shifted(parts: readonly string[], { strip, add }: Pick<Shift, 'strip' | 'add'>): string | undefined {
  if (strip.some((part, index) => parts[index] !== part)) return undefined
  return [...add, ...parts.slice(strip.length)].join('/')
}

/** The first segment of an absolute path is empty; a drive letter is the second. */
function partsOf(name: string): string[] {
  const plain = name.replace(/^file:\/\//, '').replaceAll('\\', '/')
  const rooted = /^[A-Za-z]:/.test(plain) ? `/${plain}` : plain
  const parts: string[] = []
  for (const [index, part] of rooted.split('/').entries()) {
    if (part === '..') parts.pop()
    else if (part !== '.' && (part !== '' || index === 0)) parts.push(part)
  }
  return parts
}
