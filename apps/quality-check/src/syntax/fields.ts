/** What stands in one place of a node: a node, a list of nodes with gaps, or nothing. */
export type Field<N> = N | readonly (N | null)[] | null | undefined

/** What a node holds under one of the keys that its parser lists for visitors. No type says so: the lists are tables of names. */
export function fieldOf<N extends object>(node: N, key: string): Field<N> {
  return (node as Readonly<Record<string, Field<N>>>)[key]
}
