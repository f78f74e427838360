import type { Visitor } from '../rules/rule.ts'

/** What one rule looks at, and the context it is given. */
export interface Visit<N extends { readonly type: string }, C> {
  readonly visitor: Visitor<N, C>
  readonly context: C
}

/** Walks a tree once for all rules. `ancestors`, which the contexts share, holds the way from the root to the parent of the node at hand. */
export function walkOnce<N extends { readonly type: string }, C>(root: N, keys: Readonly<Record<string, readonly string[]>>, ancestors: N[], visits: readonly Visit<N, C>[]): void {
  const handlers = new Map<string, { readonly handle: (node: N, context: C) => void; readonly context: C }[]>()
  for (const { visitor, context } of visits) {
    for (const [type, handle] of Object.entries(visitor) as [string, (node: N, context: C) => void][]) {
      const known = handlers.get(type)
      if (known === undefined) handlers.set(type, [{ handle, context }])
      else known.push({ handle, context })
    }
  }

  function walk(node: N): void {
    const interested = handlers.get(node.type)
    if (interested !== undefined) for (const { handle, context } of interested) handle(node, context)
    const below = keys[node.type]
    if (below === undefined || below.length === 0) return
    ancestors.push(node)
    for (let at = 0; at < below.length; at++) {
      const child = (node as unknown as Record<string, N | (N | null)[] | null | undefined>)[below[at] as string]
      if (child == null) continue
      if (!Array.isArray(child)) walk(child)
      else for (let index = 0; index < child.length; index++) if (child[index] != null) walk(child[index] as N)
    }
    ancestors.pop()
  }

  walk(root)
}
