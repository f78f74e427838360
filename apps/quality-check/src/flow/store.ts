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

/** Logs each write with what it replaced, so that a branch can be undone and joined with another. Reading is just reading the slot. */
export class Store {
  #slots: AnySlot[] = []
  #contents: unknown[] = []
  /** The newest slot when each open branch began. */
  readonly #stamps: number[] = []

  write<T>(slot: Slot<T>, content: T): void {
    if (slot.content === content) return
    // A slot made in this branch cannot be reached from others: there is nothing to undo.
    if (slot.id <= (this.#stamps.at(-1) ?? -1)) {
      this.#slots.push(slot)
      this.#contents.push(slot.content)
    }
    slot.content = content
  }

  get branches(): number {
    return this.#stamps.length
  }

  /** Everything from here on can be undone until `undo` with what this answers. */
  begin(): number {
    this.#stamps.push(slots)
    return this.#slots.length
  }

  changesSince(mark: number): Changes {
    const changes = new Map<AnySlot, unknown>()
    for (let index = mark; index < this.#slots.length; index++) {
      const slot = this.#slots[index]
      if (slot !== undefined) changes.set(slot, slot.content)
    }
    return changes
  }

  /** Whether anything was changed since that was there before. */
  touchedSince(mark: number, firstNewId: number): boolean {
    for (let index = mark; index < this.#slots.length; index++) if ((this.#slots[index]?.id ?? firstNewId) < firstNewId) return true
    return false
  }

  /** What had changed from one mark to another; both are still open. */
  changesBetween(from: number, to: number): Changes {
    const changes = new Map<AnySlot, unknown>()
    // What a slot held at the second mark is what its first write after that replaced.
    for (let index = this.#slots.length - 1; index >= to; index--) this.#note(changes, index, this.#contents[index])
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
    for (let index = this.#slots.length - 1; index >= mark; index--) {
      const slot = this.#slots[index]
      if (slot !== undefined) slot.content = this.#contents[index]
    }
    this.#forget(mark)
    this.#stamps.pop()
    return changes
  }

  /** Ends what `begin` began and keeps what changed. */
  keep(): void {
    this.#stamps.pop()
    if (this.#stamps.length === 0) this.#forget(0)
  }

  // Most branches change nothing, and shortening a list is slow.
  #forget(from: number): void {
    if (this.#slots.length === from) return
    this.#slots.length = from
    this.#contents.length = from
  }

  /** Goes on as after any of the branches, all of which began here. Answers whether a slot is not as it was, objects aside that are newer than `newest`. */
  merge(branches: readonly Changes[], widen = false, newest = Infinity): boolean {
    const [first, ...others] = branches
    if (first === undefined) return false
    if (others.length === 0 && !widen) {
      for (const [slot, content] of first) this.write(slot, content)
      return first.size > 0
    }
    let changed = false
    const done = new Set<AnySlot>()
    for (const branch of branches)
      for (const slot of branch.keys()) {
        if (done.has(slot)) continue
        done.add(slot)
        const isOther = this.#mergeSlot(slot, branches, widen)
        changed ||= isOther && (slot.id <= newest || slot.isReferred !== true)
      }
    return changed
  }

  #mergeSlot(slot: AnySlot, branches: readonly Changes[], widen: boolean): boolean {
    const before = slot.content
    const contents = branches.map((branch) => (branch.has(slot) ? branch.get(slot) : before))
    const joined = contents.reduce((all, content) => slot.join(all, content))
    if (slot.same(before, joined)) return false
    this.write(slot, widen ? slot.widen(joined) : joined)
    return true
  }
}
