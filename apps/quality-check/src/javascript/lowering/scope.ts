/** The names of one function, as each of its blocks sees them. A name of an inner block that shadows another one gets a unique name ("x#2"). */
export interface Scope {
  readonly outer: Scope | undefined
  /** By the name as written. */
  readonly names: Map<string, string>
  /** All unique names bound in the function that the block belongs to. */
  readonly locals: Set<string>
}

export function functionScope(outer: Scope | undefined, names: Iterable<string>): Scope {
  const scope: Scope = { outer, names: new Map(), locals: new Set() }
  for (const name of names) {
    scope.names.set(name, name)
    scope.locals.add(name)
  }
  return scope
}

export function blockScope(outer: Scope, names: Iterable<string>): Scope {
  const scope: Scope = { outer, names: new Map(), locals: outer.locals }
  for (const name of names) {
    const unique = resolve(outer, name) === undefined && !outer.locals.has(name) ? name : freeName(outer.locals, name)
    scope.names.set(name, unique)
    scope.locals.add(unique)
  }
  return scope
}

/** The unique name of a variable; undefined when the file does not bind it. */
export function resolve(scope: Scope | undefined, name: string): string | undefined {
  for (let each = scope; each !== undefined; each = each.outer) {
    const unique = each.names.get(name)
    if (unique !== undefined) return unique
  }
  return undefined
}

function freeName(taken: ReadonlySet<string>, name: string): string {
  for (let count = 2; ; count++) {
    const candidate = `${name}#${count}`
    if (!taken.has(candidate)) return candidate
  }
}
