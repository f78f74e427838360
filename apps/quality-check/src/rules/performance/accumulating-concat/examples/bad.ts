export function flatten(lists: number[][]): number[] {
  let all: number[] = []
  for (const list of lists) {
    // ruleid: accumulating-concat
    all = all.concat(list)
  }
  return all
}

export function flattenAgain(lists: number[][]): number[] {
  // ruleid: accumulating-concat
  return lists.reduce((all, list) => all.concat(list), [] as number[])
}
