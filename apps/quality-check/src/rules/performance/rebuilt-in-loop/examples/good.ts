// ok: rebuilt-in-loop
const format = new Intl.DateTimeFormat('en', { dateStyle: 'short' })

export function dates(days: Date[]): string[] {
  return days.map((day) => format.format(day))
}

export function matching(lines: string[], words: string[]): boolean[] {
  return words.map((word) => {
    // ok: rebuilt-in-loop
    const pattern = new RegExp(word)
    return lines.some((line) => pattern.test(line))
  })
}
