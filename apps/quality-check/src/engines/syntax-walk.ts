import type { Visitor } from '../rules/rule.ts'

/** What one rule looks at, and the context it is given. */
export interface Visit<N extends { readonly type: string }, C> {
  readonly visitor: Visitor<N, C>
  readonly context: C
}

/** Walks a tree once for all rules. `ancestors`, which the contexts share, holds the way from the root to the parent of the node at hand. */
export function walkOnce<N extends { readonly type: string }, C>(root: N, keys: Readonly<Record<string, readonly string[]>>, ancestors: N[], visits: readonly Visit<N, C>[]): void {
  const handlers = new Map<string, ((node: N) => void)[]>()
  for (const { visitor, context } of visits) {
    for (const [type, handler] of Object.entries(visitor) as [string, (node: N, context: C) => void][]) {
      handlers.set(type, [...(handlers.get(type) ?? []), (node) => handler(node, context)])
    }
  }

  function walk(node: N): void {
    for (const handle of handlers.get(node.type) ?? []) handle(node)
    ancestors.push(node)
    for (const key of keys[node.type] ?? []) {
      const child = (node as unknown as Record<string, N | (N | null)[] | null | undefined>)[key]
      for (const each of Array.isArray(child) ? child : [child]) if (each != null) walk(each)
    }
    ancestors.pop()
  }

  walk(root)
}
