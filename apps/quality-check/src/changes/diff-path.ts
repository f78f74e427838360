const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }

/** The path in a line of a diff: without a date behind a tab, and out of git's quotes. Undefined when the quotes do not close. */
export function readDiffPath(text: string): string | undefined {
  if (!text.startsWith('"')) return (text.split('\t')[0] ?? '').trimEnd()
  const bytes: number[] = []
  for (let at = 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') return Buffer.from(bytes).toString()
    if (character !== '\\') {
      bytes.push(...Buffer.from(character))
      continue
    }
    const octal = /^[0-7]{3}/.exec(text.slice(at + 1, at + 4))?.[0]
    bytes.push(octal === undefined ? (escapes[text.charAt(at + 1)] ?? 0) : Number.parseInt(octal, 8) & 255)
    at += octal === undefined ? 1 : 3
  }
  return undefined
}
