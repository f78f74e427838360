import type { PathPattern } from './flow-rule.ts'

/** "mysql.createConnection().query" as mysql, createConnection, (), query. */
export function segmentsOf(path: string): string[] {
  return path.split('.').flatMap((part) => {
    const name = part.replace(/(?:\(\))+$/, '')
    const calls = Array.from({ length: (part.length - name.length) / 2 }, () => '()')
    return name === '' ? calls : [name, ...calls]
  })
}

/** "*" matches any one segment, "**" any receiver, which must exist but may be unknown. */
export function matches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern[0] === '**') {
    const tail = pattern.slice(1)
    const from = path.length - tail.length
    return from >= 1 && matchesFrom(tail, path, from)
  }
  return pattern.length === path.length && matchesFrom(pattern, path, 0)
}

function matchesFrom(pattern: readonly string[], path: readonly string[], from: number): boolean {
  return pattern.every((segment, index) => {
    const name = path[from + index]
    return segment === name || (segment === '*' && name !== '()' && name !== undefined)
  })
}

/** Values by path pattern, indexed by the pattern's last segment. */
export class PatternIndex<T> {
  readonly #byLast = new Map<string, { readonly pattern: readonly string[]; readonly thing: T }[]>()

  add(pattern: PathPattern, thing: T): void {
    const segments = segmentsOf(pattern)
    const last = segments.at(-1) ?? ''
    const known = this.#byLast.get(last)
    if (known === undefined) this.#byLast.set(last, [{ pattern: segments, thing }])
    else known.push({ pattern: segments, thing })
  }

  /** Whether any pattern may match a path with this last segment. */
  mayKnow(last: string): boolean {
    return this.#byLast.has(last) || (last !== '()' && this.#byLast.has('*'))
  }

  find(path: readonly string[]): T[] {
    const last = path.at(-1) ?? ''
    const found: T[] = []
    for (const key of last === '()' ? [last] : [last, '*'])
      for (const { pattern, thing } of this.#byLast.get(key) ?? []) if (matches(pattern, path)) found.push(thing)
    return found
  }
}
