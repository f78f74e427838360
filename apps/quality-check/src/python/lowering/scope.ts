/** The names of one function or of the module, as they are met. */
export class Scope {
  readonly locals = new Set<string>()
  /** Where yielded values are gathered, in a generator. */
  yields: string | undefined
  readonly #elsewhere = new Set<string>()
  readonly #renamed: Map<string, string>[] = []
  #made = 0

  /** A name that this scope binds. */
  bind(name: string): string {
    const renamed = this.resolve(name)
    if (!this.#elsewhere.has(renamed)) this.locals.add(renamed)
    return renamed
  }

  /** A name of an outer scope, as `global` and `nonlocal` say. */
  leaveOutside(name: string): void {
    this.#elsewhere.add(name)
    this.locals.delete(name)
  }

  resolve(name: string): string {
    for (let index = this.#renamed.length - 1; index >= 0; index--) {
      const renamed = this.#renamed[index]?.get(name)
      if (renamed !== undefined) return renamed
    }
    return name
  }

  /** A name that no program has. */
  makeName(like: string): string {
    const name = `${like}#${++this.#made}`
    this.locals.add(name)
    return name
  }

  /** Names of a comprehension, which nothing outside it sees. */
  enter(names: readonly string[]): void {
    this.#renamed.push(new Map(names.map((name) => [name, this.makeName(name)])))
  }

  leave(): void {
    this.#renamed.pop()
  }
}
