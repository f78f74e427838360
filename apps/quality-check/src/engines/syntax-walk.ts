import type { Visitor } from '../rules/rule.ts'
import { fieldOf, type Field } from '../syntax/fields.ts'

interface Kind<N, C> {
  /** The properties that hold child nodes. */
  readonly keys: readonly string[]
  readonly handlers: { readonly handle: (node: N, context: C) => void; readonly rule: number }[]
}

/** Walks a tree. `contexts` has one element per rule, in the rules' order; `ancestors`, which they share, is the path from the root to the parent of the current node. */
export type Walk<N, C> = (root: N, ancestors: N[], contexts: readonly C[]) => void

/** Combines the visitors of many rules into one walk, which is reused for every tree. */
export function walkFor<N extends { readonly type: string }, C>(visitorKeys: Readonly<Record<string, readonly string[]>>, visitors: readonly Visitor<N, C>[]): Walk<N, C> {
  const kinds = kindsOf(visitorKeys, visitors)

  function walk(node: N, ancestors: N[], contexts: readonly C[]): void {
    const kind = kinds.get(node.type)
    if (kind === undefined) return
    const { keys, handlers } = kind
    for (let at = 0; at < handlers.length; at++) {
      const { handle, rule } = handlers[at] as Kind<N, C>['handlers'][number]
      handle(node, contexts[rule] as C)
    }
    if (keys.length === 0) return
    ancestors.push(node)
    for (let at = 0; at < keys.length; at++) walkField(fieldOf(node, keys[at] as string), ancestors, contexts)
    ancestors.pop()
  }

  function walkField(field: Field<N>, ancestors: N[], contexts: readonly C[]): void {
    if (field == null) return
    if ('type' in field) return walk(field, ancestors, contexts)
    for (let at = 0; at < field.length; at++) if (field[at] != null) walk(field[at] as N, ancestors, contexts)
  }

  return walk
}

function kindsOf<N extends { readonly type: string }, C>(visitorKeys: Readonly<Record<string, readonly string[]>>, visitors: readonly Visitor<N, C>[]): Map<string, Kind<N, C>> {
  const kinds = new Map<string, Kind<N, C>>(Object.entries(visitorKeys).map(([type, keys]) => [type, { keys, handlers: [] }]))
  for (const [rule, visitor] of visitors.entries()) {
    for (const [type, handle] of Object.entries(visitor) as [string, (node: N, context: C) => void][]) {
      const kind = kinds.get(type) ?? { keys: [], handlers: [] }
      kinds.set(type, kind)
      kind.handlers.push({ handle, rule })
    }
  }
  return kinds
}
