/**
 * Tells whether a path is under a glob: `*` and `?` within one part, `**` for any number of parts.
 * Linear in path times glob, whatever the glob: it comes from the checked repository.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const parts = path.split('/')
  const patterns = glob.split('/')
  // reachable[i]: the patterns so far can cover the first i parts.
  let reachable = parts.map(() => false)
  reachable.push(false)
  reachable[0] = true
  for (const pattern of patterns) {
    const next = reachable.map(() => false)
    for (let i = 0; i <= parts.length; i++) {
      if (pattern === '**') next[i] = reachable[i] === true || (i > 0 && next[i - 1] === true)
      else if (i > 0) next[i] = reachable[i - 1] === true && matchesPart(parts[i - 1] as string, pattern)
    }
    reachable = next
  }
  return reachable[parts.length] === true
}

// The usual two-pointer walk: on a mismatch the last star takes one character more.
function matchesPart(text: string, pattern: string): boolean {
  let at = 0
  let position = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const wanted = pattern[position]
    if (wanted === '*') {
      star = position++
      starAt = at
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[at])) {
      at++
      position++
    } else if (star !== -1) {
      position = star + 1
      at = ++starAt
    } else return false
  }
  while (pattern[position] === '*') position++
  return position === pattern.length
}
