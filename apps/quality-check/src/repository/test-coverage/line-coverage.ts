/** A report that cannot be read; the message says why and at which position. */
export class UnreadableReport extends Error {
  override readonly name = 'UnreadableReport'
}

/** The outcomes of a line's conditions. */
export interface Conditions {
  /** The outcomes that a report names, and whether each was executed. */
  branches: Map<string, boolean> | undefined
  /** The numbers, where a report gives no more. */
  counted: { readonly total: number; readonly covered: number } | undefined
}

const uncovered = 1
const covered = 2

/** The coverage of one file, with one byte for each line, so that a report of millions of lines fits into memory. */
export interface FileLines {
  /** By line: 0 unknown, 1 not covered, 2 covered. */
  state: Uint8Array
  readonly conditions: Map<number, Conditions>
}

const maxFiles = 200_000
const maxCells = 67_108_864
const maxConditions = 2_000_000
const fewestCells = 64
// A file that is checked has at most a megabyte, hence no more lines.
const highestLine = 1_048_576

/** Collects the contents of reports, within fixed limits whatever they claim. */
export class CoverageCollector {
  readonly files = new Map<string, FileLines>()
  #cells = 0
  #conditions = 0

  file(path: string): FileLines {
    const known = this.files.get(path)
    if (known !== undefined) return known
    if (this.files.size >= maxFiles) throw new UnreadableReport(`names more than ${maxFiles} files`)
    const lines: FileLines = { state: new Uint8Array(0), conditions: new Map() }
    this.files.set(path, lines)
    return lines
  }

  line(file: FileLines, number: number, hit: boolean): void {
    if (!this.#reach(file, number)) return
    if (hit) file.state[number] = covered
    else if (file.state[number] === 0) file.state[number] = uncovered
  }

  branch(file: FileLines, number: number, id: string, seen: boolean): void {
    if (!this.#reach(file, number)) return
    const branches = (this.#conditionsAt(file, number).branches ??= new Map())
    branches.set(id, seen || branches.get(id) === true)
    if (branches.size > maxConditions) throw new UnreadableReport(`tells of more than ${maxConditions} conditions`)
  }

  counted(file: FileLines, number: number, seen: number, total: number): void {
    if (!(total > 0 && seen >= 0 && seen <= total) || !this.#reach(file, number)) return
    const conditions = this.#conditionsAt(file, number)
    conditions.counted = { total: Math.max(total, conditions.counted?.total ?? 0), covered: Math.max(seen, conditions.counted?.covered ?? 0) }
  }

  /** Adds the coverage that a report gives for one of its files to a file of the repository. */
  merge(path: string, source: FileLines): void {
    const file = this.file(path)
    for (const { number, hit } of linesOf(source)) this.line(file, number, hit)
    for (const [number, { branches, counted }] of source.conditions) {
      for (const [id, seen] of branches ?? []) this.branch(file, number, id, seen)
      if (counted !== undefined) this.counted(file, number, counted.covered, counted.total)
    }
  }

  #conditionsAt(file: FileLines, number: number): Conditions {
    const known = file.conditions.get(number)
    if (known !== undefined) return known
    if (++this.#conditions > maxConditions) throw new UnreadableReport(`tells of more than ${maxConditions} conditions`)
    const conditions: Conditions = { branches: undefined, counted: undefined }
    file.conditions.set(number, conditions)
    return conditions
  }

  #reach(file: FileLines, number: number): boolean {
    if (!Number.isInteger(number) || number < 1 || number > highestLine) return false
    if (number < file.state.length) return true
    const state = new Uint8Array(Math.max(fewestCells, 2 ** Math.ceil(Math.log2(number + 1))))
    this.#cells += state.length - file.state.length
    if (this.#cells > maxCells) throw new UnreadableReport('tells of more lines than can be kept')
    state.set(file.state)
    file.state = state
    return true
  }
}

/** Yields the coverable lines in order. */
export function* linesOf({ state }: FileLines): Generator<{ number: number; hit: boolean }, void, undefined> {
  for (const [number, value] of state.entries()) if (value !== 0) yield { number, hit: value === covered }
}

/** The number of outcomes of a line's conditions: all of them, and those that were executed. */
export function outcomesOf(file: FileLines, number: number): { total: number; covered: number } {
  const { branches, counted } = file.conditions.get(number) ?? {}
  if (branches === undefined) return counted ?? { total: 0, covered: 0 }
  return { total: branches.size, covered: [...branches.values()].filter(Boolean).length }
}
