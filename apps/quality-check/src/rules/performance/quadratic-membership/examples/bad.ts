export function missing(wanted: string[], present: string[]): string[] {
  // ruleid: quadratic-membership
  return wanted.filter((name) => !present.includes(name))
}

export function unique(names: Iterable<string>): string[] {
  const seen: string[] = []
  for (const name of names) {
    // ruleid: quadratic-membership
    if (seen.indexOf(name) === -1) seen.push(name)
  }
  return seen
}

export function distinct(names: string[]): string[] {
  // ruleid: quadratic-membership
  return names.filter((name, index) => names.indexOf(name) === index)
}

export function distinctSorted(text: string): string[] {
  // ruleid: quadratic-membership
  return text.split(',').filter((name, index, all) => all.indexOf(name) === index).sort()
}
