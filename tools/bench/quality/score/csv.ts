/** Rows of a CSV text, quotes and line ends inside quotes included. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let quoted = false
  const endRow = () => {
    rows.push([...row, field])
    row = []
    field = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (quoted) {
      if (character !== '"') field += character
      else if (text[at + 1] === '"') field += text[++at] ?? ''
      else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',') {
      row.push(field)
      field = ''
    } else if (character === '\n') endRow()
    else if (character !== '\r') field += character
  }
  if (field !== '' || row.length > 0) endRow()
  return rows.filter((cells) => cells.some((cell) => cell.trim() !== ''))
}

/** Whether a label says that the place is flawed. */
export function isFlawed(label: string): boolean {
  return /^(?:1|true|yes|t|y|positive|secret|bad|satd|vulnerable)$/i.test(label.trim())
}
