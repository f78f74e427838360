/** Whoever is in it knows its own place; -1: nowhere. */
export interface Member {
  place: number
}

/**
 * Many that come and go all the time. A Set would make itself a new table every few hundred of them, and what the old tables still name would be
 * kept, with all it leads to, until V8 looks through its old objects: with one here and one in the spool the edge took a fifth more CPU (tools/bench/edge).
 */
export class Crowd<T extends Member> implements Iterable<T> {
  readonly #members: T[] = []

  get size(): number {
    return this.#members.length
  }

  add(member: T): void {
    member.place = this.#members.push(member) - 1
  }

  /** The last one takes the place of the one that leaves. */
  delete(member: T): void {
    const { place } = member
    if (place < 0) return
    member.place = -1
    const last = this.#members.pop()
    if (!last || last === member) return
    this.#members[place] = last
    last.place = place
  }

  has({ place }: T): boolean {
    return place >= 0
  }

  /** Of those who are there now, whoever comes or goes meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#members].values()
  }
}
