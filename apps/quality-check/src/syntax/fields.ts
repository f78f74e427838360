/** The content of a node's field: a node, a list of nodes with gaps, or nothing. */
export type Field<N> = N | readonly (N | null)[] | null | undefined

/** Reads a field by a key from the parser's table of visitor keys. The tables are lists of names, so no type relates them to the nodes. */
export function fieldOf<N extends object>(node: N, key: string): Field<N> {
  return (node as Readonly<Record<string, Field<N>>>)[key]
}
