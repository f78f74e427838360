/** The names of one function or of the module, in the order of appearance. */
export class Scope {
  readonly locals = new Set<string>()
  /** The variable that collects yielded values, in a generator. */
  yields: string | undefined
  readonly #elsewhere = new Set<string>()
  readonly #renamed: Map<string, string>[] = []
  #made = 0

  /** Binds a name in this scope. */
  bind(name: string): string {
    const renamed = this.resolve(name)
    if (!this.#elsewhere.has(renamed)) this.locals.add(renamed)
    return renamed
  }

  /** Marks a name as one of an outer scope, for `global` and `nonlocal`. */
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

  /** Returns a name that no program contains. */
  makeName(like: string): string {
    const name = `${like}#${++this.#made}`
    this.locals.add(name)
    return name
  }

  /** Enters a comprehension, whose names are invisible outside it. */
  enter(names: readonly string[]): void {
    this.#renamed.push(new Map(names.map((name) => [name, this.makeName(name)])))
  }

  leave(): void {
    this.#renamed.pop()
  }
}
