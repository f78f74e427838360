import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eachOf, type Gate } from './gate.ts'
import { count, noCounts, scoreOf, type Score } from './rates.ts'

/** An edit as it was made: the file's name, its text, and whether a careful reviewer would refuse it. */
export interface Edit {
  readonly path: string
  readonly text: string
  readonly isFlawed: boolean
}

/**
 * Scores lists of edits. Every third pair is held back: its totals stand apart, so that rules can be fixed by the others. Lists of edits that
 * stand alone are held back whole, by their name. Any finding counts.
 */
export async function scoreEditPairs(folder: string, gate: Gate): Promise<Record<string, Score>> {
  const scores: Record<string, Score> = {}
  for (const list of globSync('**/*{edit-pairs,-edits}.txt', { cwd: folder }).sort()) {
    const text = readFileSync(join(folder, list), 'utf8')
    const parts: Record<string, readonly Edit[]> = list.endsWith('-edits.txt') ? { [list]: readEdits(text) } : partsOf(list, readEditPairs(text))
    for (const [name, part] of Object.entries(parts)) {
      const counts = noCounts()
      await eachOf(part, async ({ path, text, isFlawed }) => count(counts, isFlawed, (await gate.findingsOfEdit(path, text)).length > 0))
      scores[name] = scoreOf(counts)
    }
  }
  return scores
}

const partsOf = (list: string, pairs: readonly (readonly Edit[])[]) => ({
  [list]: pairs.filter((_, index) => index % 3 !== 2).flat(),
  [`${list}, held back`]: pairs.filter((_, index) => index % 3 === 2).flat(),
})

/**
 * A pair begins with "=== path"; "-|" begins a line of the flawed edit alone, "+|" one of the sound one. "¦" parts what programs that look
 * for secrets would take for one in the list, and is no part of the text.
 */
export function readEditPairs(list: string): readonly (readonly [flawed: Edit, sound: Edit])[] {
  return list.split(/^=== /m).slice(1).map((pair) => {
    const [path = '', ...lines] = pair.replaceAll('¦', '').trimEnd().split('\n')
    return [{ path, text: textWithout('+|', lines), isFlawed: true }, { path, text: textWithout('-|', lines), isFlawed: false }]
  })
}

/** An edit that stands alone begins with "=== sound path" or "=== flawed path"; "!|" begins the lines of it that are wrong. */
export function readEdits(list: string): readonly Edit[] {
  return list.split(/^=== /m).slice(1).map((edit) => {
    const [head = '', ...lines] = edit.replaceAll('¦', '').trimEnd().split('\n')
    const [label, path = ''] = head.split(' ')
    if (label !== 'sound' && label !== 'flawed') throw new Error(`"=== ${head}": write "=== sound PATH" or "=== flawed PATH"`)
    return { path, text: `${lines.map((line) => line.replace(/^!\|/, '')).join('\n')}\n`, isFlawed: label === 'flawed' }
  })
}

function textWithout(other: string, lines: readonly string[]): string {
  const own = lines.filter((line) => !line.startsWith(other)).map((line) => line.replace(/^[-+]\|/, ''))
  return `${own.join('\n')}\n`
}
