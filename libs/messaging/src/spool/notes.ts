import type { Lines } from './lines.ts'

/** What was delivered and stands in no file as such yet. */
export interface Notes {
  /** The facts with these numbers, both included. */
  addNumbers(first: number, last: number): void
  addIds(ids: readonly string[]): void
  /** Puts them into lines of the spool; they are taken to be written until they are given back. */
  takeTo(lines: Lines): void
  giveBack(): void
}

export function createNotes(): Notes {
  // First and last in turn.
  let numbers: number[] = []
  let ids: string[] = []
  let takenNumbers: number[] = []
  let takenIds: string[] = []

  return {
    addNumbers(first, last) {
      if (numbers.at(-1) === first - 1) numbers[numbers.length - 1] = last
      else numbers.push(first, last)
    },
    addIds(more) {
      ids.push(...more)
    },
    takeTo(lines) {
      takenNumbers = numbers
      takenIds = ids
      numbers = []
      ids = []
      if (takenNumbers.length > 0) lines.add(JSON.stringify({ t: takenNumbers }))
      if (takenIds.length > 0) lines.add(JSON.stringify({ d: takenIds }))
    },
    giveBack() {
      numbers = [...takenNumbers, ...numbers]
      ids = [...takenIds, ...ids]
    },
  }
}
