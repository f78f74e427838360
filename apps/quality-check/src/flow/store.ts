/** Something whose content changes as the program runs: a variable or an object. */
export interface Slot<T> {
  /** Later slots have higher ones. */
  readonly id: number
  content: T
  join(a: T, b: T): T
  same(a: T, b: T): boolean
  /** What no loop may go on changing. */
  widen(content: T): T
  /** Only what refers to it can reach it: by itself a new one changes nothing. */
  readonly isReferred?: true
}

let slots = 0

/** Of a new slot. */
export function nextSlotId(): number {
  return ++slots
}

/** What slots held at the end of a branch, those it changed. */
export type Changes = ReadonlyMap<AnySlot, unknown>

type AnySlot = Slot<unknown>

const noChanges: Changes = new Map()

/** Logs each write with what it replaced, so that a branch can be undone and joined with another. Reading is just reading the slot. */
export class Store {
  // What is beyond `#count` was undone or kept: shortening the lists would make them anew for every branch.
  readonly #slots: AnySlot[] = []
  readonly #contents: unknown[] = []
  #count = 0
  /** The newest slot when each open branch began. */
  readonly #stamps: number[] = []

  write<T>(slot: Slot<T>, content: T): void {
    if (slot.content === content) return
    // A slot made in this branch cannot be reached from others: there is nothing to undo.
    if (slot.id <= (this.#stamps.at(-1) ?? -1)) {
      this.#slots[this.#count] = slot
      this.#contents[this.#count++] = slot.content
    }
    slot.content = content
  }

  get branches(): number {
    return this.#stamps.length
  }

  /** Everything from here on can be undone until `undo` with what this answers. */
  begin(): number {
    this.#stamps.push(slots)
    return this.#count
  }

  changesSince(mark: number): Changes {
    if (this.#count === mark) return noChanges
    const changes = new Map<AnySlot, unknown>()
    for (let index = mark; index < this.#count; index++) {
      const slot = this.#slots[index]
      if (slot !== undefined) changes.set(slot, slot.content)
    }
    return changes
  }

  /** Whether anything was changed since that was there before. */
  touchedSince(mark: number, firstNewId: number): boolean {
    for (let index = mark; index < this.#count; index++) if ((this.#slots[index]?.id ?? firstNewId) < firstNewId) return true
    return false
  }

  /** What had changed from one mark to another; both are still open. */
  changesBetween(from: number, to: number): Changes {
    const changes = new Map<AnySlot, unknown>()
    // What a slot held at the second mark is what its first write after that replaced.
    for (let index = this.#count - 1; index >= to; index--) this.#note(changes, index, this.#contents[index])
    const before = new Map<AnySlot, unknown>()
    for (let index = from; index < to; index++) {
      const slot = this.#slots[index]
      if (slot !== undefined) before.set(slot, changes.has(slot) ? changes.get(slot) : slot.content)
    }
    return before
  }

  #note(changes: Map<AnySlot, unknown>, index: number, content: unknown): void {
    const slot = this.#slots[index]
    if (slot !== undefined) changes.set(slot, content)
  }

  /** Ends what `begin` began: all is as it was there; answers with what had changed. */
  undo(mark: number): Changes {
    const changes = this.changesSince(mark)
    for (let index = this.#count - 1; index >= mark; index--) {
      const slot = this.#slots[index]
      if (slot !== undefined) slot.content = this.#contents[index]
    }
    this.#count = mark
    this.#stamps.pop()
    return changes
  }

  /** Ends what `begin` began and keeps what changed. */
  keep(): void {
    this.#stamps.pop()
    if (this.#stamps.length === 0) this.#count = 0
  }

  /** Goes on as after any of the branches, all of which began here. Answers whether a slot is not as it was, objects aside that are newer than `newest`. */
  merge(branches: readonly Changes[], widen = false, newest = Infinity): boolean {
    const [first] = branches
    if (first === undefined) return false
    if (branches.length === 1 && !widen) {
      for (const [slot, content] of first) this.write(slot, content)
      return first.size > 0
    }
    let changed = false
    for (let index = 0; index < branches.length; index++) {
      const branch = branches[index] as Changes
      // Most branches change nothing.
      if (branch.size === 0) continue
      for (const slot of branch.keys()) {
        if (isIn(branches, index, slot)) continue
        const isOther = this.#mergeSlot(slot, first, branches, widen)
        changed ||= isOther && (slot.id <= newest || slot.isReferred !== true)
      }
    }
    return changed
  }

  #mergeSlot(slot: AnySlot, first: Changes, branches: readonly Changes[], widen: boolean): boolean {
    const before = slot.content
    let joined = first.has(slot) ? first.get(slot) : before
    for (let index = 1; index < branches.length; index++) {
      const branch = branches[index] as Changes
      joined = slot.join(joined, branch.has(slot) ? branch.get(slot) : before)
    }
    if (slot.same(before, joined)) return false
    this.write(slot, widen ? slot.widen(joined) : joined)
    return true
  }
}

/** Whether one of the first branches changed it. */
function isIn(branches: readonly Changes[], count: number, slot: AnySlot): boolean {
  for (let index = 0; index < count; index++) if (branches[index]?.has(slot) === true) return true
  return false
}
