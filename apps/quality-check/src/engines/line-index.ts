import type { Range } from '../finding.ts'

/** Converts offsets in a text to line and column numbers from 1, in UTF-16 units. */
export class LineIndex {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  range(start: number, end: number): Range {
    const from = this.#position(start)
    const to = this.#position(end)
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }

  #position(offset: number): { line: number; column: number } {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 }
  }
}
