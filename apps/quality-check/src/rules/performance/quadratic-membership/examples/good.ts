const KINDS = ['a', 'b', 'c']

export function missing(wanted: string[], present: string[]): string[] {
  const known = new Set(present)
  // ok: quadratic-membership
  return wanted.filter((name) => !known.has(name))
}

export function known(names: string[]): string[] {
  const allowed = ['x', 'y']
  // ok: quadratic-membership
  return names.filter((name) => KINDS.includes(name) || allowed.includes(name))
}

export function matching(lines: string[], word: string): string[] {
  // ok: quadratic-membership
  return lines.filter((line) => line.includes(word))
}

export function once(names: string[], name: string): boolean {
  // ok: quadratic-membership
  return names.includes(name)
}

export function matching(patterns: string[], key: string): string[] {
  // ok: quadratic-membership
  return patterns.filter((patterns) => patterns.indexOf('*') === -1 && patterns === key)
}
