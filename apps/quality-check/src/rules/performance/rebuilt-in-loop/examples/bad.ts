export function words(lines: string[]): string[][] {
  return lines.map((line) => {
    // ruleid: rebuilt-in-loop
    const word = new RegExp('[a-z]+')
    return word.exec(line) ?? []
  })
}

export function dates(days: Date[]): string[] {
  const texts = []
  for (const day of days) {
    // ruleid: rebuilt-in-loop
    texts.push(new Intl.DateTimeFormat('en', { dateStyle: 'short' }).format(day))
  }
  return texts
}
