export function flatten(lists: number[][]): number[] {
  const all: number[] = []
  // ok: accumulating-concat
  for (const list of lists) all.push(...list)
  return all
}

export function greet(names: string[]): string {
  let text = ''
  for (const name of names) {
    // ok: accumulating-concat
    text = text.concat(name)
  }
  return text
}
