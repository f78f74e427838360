/** A mutable cell of the abstract state: a variable or an object. */
export interface Slot<T> {
  /** Ascending in the order of creation. */
  readonly id: number
  content: T
  join(a: T, b: T): T
  same(a: T, b: T): boolean
  /** Generalises the content so that loops reach a fixpoint (widening). */
  widen(content: T): T
  /** It is reachable only through other slots, so that creating one is not a change by itself. */
  readonly isReferred?: true
}

let slots = 0

/** The id for a new slot. */
export function nextSlotId(): number {
  return ++slots
}

/** The slots that a branch changed, with their contents at its end. */
export type Changes = ReadonlyMap<AnySlot, unknown>

type AnySlot = Slot<unknown>

const noChanges: Changes = new Map()

/** The abstract state with an undo log: each write records the previous content, so that a branch can be undone and joined with another. Slots are read directly. */
export class Store {
  // Entries from `#count` on are free. The arrays are not shortened, because they would be allocated again for every branch.
  readonly #slots: AnySlot[] = []
  readonly #contents: unknown[] = []
  #count = 0
  /** For each open branch, the id of the newest slot at its start. */
  readonly #stamps: number[] = []

  write<T>(slot: Slot<T>, content: T): void {
    if (slot.content === content) return
    // A slot created within the branch is unreachable from outside it, so its writes need not be undone.
    if (slot.id <= (this.#stamps.at(-1) ?? -1)) {
      this.#slots[this.#count] = slot
      this.#contents[this.#count++] = slot.content
    }
    slot.content = content
  }

  get branches(): number {
    return this.#stamps.length
  }

  /** Starts a branch. Pass the returned mark to `undo`, or call `keep`. */
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

  /** Whether any slot was changed that existed before `firstNewId`. */
  touchedSince(mark: number, firstNewId: number): boolean {
    for (let index = mark; index < this.#count; index++) if ((this.#slots[index]?.id ?? firstNewId) < firstNewId) return true
    return false
  }

  /** The changes between two marks of branches that are both open. */
  changesBetween(from: number, to: number): Changes {
    const changes = new Map<AnySlot, unknown>()
    // The content of a slot at the second mark is what the first write after it replaced.
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

  /** Ends a branch, restores the state at its start, and returns its changes. */
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

  /** Ends a branch and keeps its changes. */
  keep(): void {
    this.#stamps.pop()
    if (this.#stamps.length === 0) this.#count = 0
  }

  /** Joins the states of branches that all began at the current state. Returns whether any slot changed, apart from objects newer than `newest`. */
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
      // Most branches are empty.
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

/** Whether one of the first `count` branches changed the slot. */
function isIn(branches: readonly Changes[], count: number, slot: AnySlot): boolean {
  for (let index = 0; index < count; index++) if (branches[index]?.has(slot) === true) return true
  return false
}
