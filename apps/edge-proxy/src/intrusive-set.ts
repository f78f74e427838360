/** What an IntrusiveSet holds: each item stores its own index, -1 while it is in no set. */
export interface IntrusiveSetItem {
  setIndex: number
}

/**
 * A set for items that are added and removed all the time, such as open requests. A Set rehashes into a new table every few hundred insertions,
 * and V8 keeps everything an old table refers to until the next full collection: a Set here and a Map in the spool cost the edge a fifth more
 * CPU (tools/bench/edge). An item can be in one such set at a time.
 */
export class IntrusiveSet<T extends IntrusiveSetItem> implements Iterable<T> {
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  add(item: T): void {
    item.setIndex = this.#items.push(item) - 1
  }

  /** Moves the last item into the gap. */
  delete(item: T): void {
    const { setIndex } = item
    if (setIndex < 0) return
    item.setIndex = -1
    const last = this.#items.pop()
    if (!last || last === item) return
    this.#items[setIndex] = last
    last.setIndex = setIndex
  }

  has({ setIndex }: T): boolean {
    return setIndex >= 0
  }

  /** Iterates over a snapshot: items may be added or removed meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#items].values()
  }
}
