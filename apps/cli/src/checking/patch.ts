/** Inclusive, from 1. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** A file on the new side of a diff. */
export interface Change {
  readonly path: string
  /** Six octal digits: 100644, 120000 for a symbolic link, 160000 for a submodule. */
  readonly mode: string
  /** The id of the content, if git has it. */
  readonly oid: string
  /** Added or changed lines. Empty when lines were only deleted; 'all' when there is no older version. */
  readonly lines: readonly LineRange[] | 'all'
  /** The hunks as git prints them, without lines of context. */
  readonly hunks: string
  readonly isDeleted?: boolean
}

/** The git options for the output that `parseChanges` reads. */
export const changeFormat = ['--raw', '-p', '-U0', '--inter-hunk-context=0', '--no-abbrev', '--no-color', '--no-ext-diff', '--no-textconv', '--ignore-cr-at-eol', '--ignore-submodules=all', '--src-prefix=a/', '--dst-prefix=b/', '-M']

interface Draft {
  readonly path: string
  readonly mode: string
  readonly oid: string
  readonly isNew: boolean
  readonly isDeleted?: true
  readonly lines: LineRange[]
  readonly hunks: string[]
}

/** Parses git's raw list and the following patch: one entry for each changed file. */
export function parseChanges(text: string): Change[] {
  const lines = text.split('\n')
  const drafts = new Map(lines.slice(0, firstPatchLine(lines)).flatMap(readRaw).map((draft) => [draft.path, draft]))
  let current: Draft | undefined
  for (let at = firstPatchLine(lines); at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('diff ')) current = undefined
    else if (line.startsWith('--- ') && lines[at + 1] === '+++ /dev/null') current = drafts.get(nameIn(line, 'a/'))
    else if (line.startsWith('+++ ') && line !== '+++ /dev/null') current = drafts.get(nameIn(line, 'b/'))
    else if (line.startsWith('@@ ')) at = readHunk(lines, at, current)
  }
  // Without a hunk, it was only touched or renamed.
  return [...drafts.values()].flatMap(({ isNew, hunks, lines: ranges, ...file }) => (isNew || hunks.length > 0 ? [{ ...file, lines: isNew ? ('all' as const) : ranges, hunks: hunks.join('') }] : []))
}

const nameIn = (line: string, prefix: string) => unquote(line.slice(4).replace(/\t$/, '')).replace(prefix, '')

/** Records a hunk and the lines that it adds, and returns the number of its last line. */
function readHunk(lines: readonly string[], at: number, file: Draft | undefined): number {
  const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[at] ?? '')
  if (!hunk) return at
  const [first, removed, added] = [Number(hunk[2]), Number(hunk[1] ?? 1), Number(hunk[3] ?? 1)]
  if (added > 0) file?.lines.push({ first, last: first + added - 1 })
  // The text of a hunk may look like a header, so its lines are counted.
  const last = endOfHunk(lines, at, removed + added)
  // git's output is read as Latin-1, to keep the bytes of names that are not UTF-8.
  file?.hunks.push(Buffer.from(`${lines.slice(at, last + 1).join('\n')}\n`, 'latin1').toString('utf8'))
  return last
}

function firstPatchLine(lines: readonly string[]): number {
  const at = lines.findIndex((line) => !line.startsWith(':'))
  return at === -1 ? lines.length : at
}

function readRaw(line: string): Draft[] {
  const raw = /^:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*\t(.+)$/.exec(line)
  if (!raw) return []
  const [, mode = '', oid = '', status, names = ''] = raw
  // A file in conflict has several older versions.
  return [{ path: unquote(names.split('\t').at(-1) ?? ''), mode, oid, isNew: status === 'A' || status === 'U', ...(status === 'D' && { isDeleted: true as const }), lines: [], hunks: [] }]
}

function endOfHunk(lines: readonly string[], header: number, count: number): number {
  let at = header
  for (let left = count; left > 0 && at + 1 < lines.length; ) {
    at++
    if (!lines[at]?.startsWith('\\')) left--
  }
  return lines[at + 1]?.startsWith('\\') ? at + 1 : at
}

const letters: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/** Decodes a name in git's notation: quoted with escapes if it has special characters. The bytes are UTF-8. */
export function unquote(name: string): string {
  if (!name.startsWith('"')) return Buffer.from(name, 'latin1').toString('utf8')
  const bytes: number[] = []
  for (const [, octal, letter, plain] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (letter !== undefined) bytes.push(letters[letter] ?? letter.charCodeAt(0))
    else bytes.push((plain ?? '').charCodeAt(0))
  }
  return Buffer.from(bytes).toString('utf8')
}
