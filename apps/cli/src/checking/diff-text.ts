import type { Context } from '../command.ts'
import { count } from '../terminal.ts'
import type { DeletedFile, Named } from './files.ts'
import type { Change } from './patch.ts'

// Of all hunks together, far below the platform's limit of a diff.
const maxLength = 4 * 1024 * 1024

export interface DiffText {
  readonly text: string
  /** Paths of files whose removed lines were too many to be sent. */
  readonly cut: readonly string[]
}

/** A unified diff. New lines of a file without hunks, or with hunks that are too large, stand in it by their numbers, because the files are sent as well. */
export function diffOf(changes: readonly Pick<Change, 'path' | 'lines' | 'hunks' | 'isDeleted'>[]): DiffText {
  const cut: string[] = []
  let left = maxLength
  const text = changes.map(({ path, lines, hunks, isDeleted = false }) => {
    const header = `--- ${lines === 'all' ? '/dev/null' : quote(`a/${path}`)}\n+++ ${quote(`b/${path}`)}\n`
    if (lines === 'all') return `${header}@@ -0,0 +1 @@\n+\n`
    // The platform stores text, and text has no NUL.
    const fits = hunks !== '' && hunks.length <= left && !hunks.includes('\0')
    if (fits) left -= hunks.length
    else if (removes(hunks)) cut.push(path)
    if (isDeleted) return fits ? `--- ${quote(`a/${path}`)}\n+++ /dev/null\n${hunks}` : ''
    return header + (fits ? hunks : lines.map(({ first, last }) => `@@ -${first},0 +${first},${last - first + 1} @@\n${'+\n'.repeat(last - first + 1)}`).join(''))
  }).join('')
  return { text, cut }
}

/** The diff of files to check. There is none when nothing was removed: the lines of each file say as much. */
export function diffOfFiles(files: readonly Named[], deleted: readonly DeletedFile[], context: Context): { readonly diff?: string } {
  if (deleted.length === 0 && !files.some(({ hunks = '' }) => removes(hunks))) return {}
  const changed = files.map(({ path, changedLines, hunks = '' }) => ({ path, lines: changedLines ?? ('all' as const), hunks }))
  return { diff: tellCut(diffOf([...changed, ...deleted.map(({ path, hunks }) => ({ path, lines: [], hunks, isDeleted: true }))]), context) }
}

/** The text of the diff; says on stderr what it lacks. */
export function tellCut({ text, cut }: DiffText, { terminal }: Context): string {
  if (cut.length > 0) terminal.note(`elder: the lines that were removed from ${cut.length === 1 ? cut[0] : count(cut.length, 'file')} are not sent, because the diff is too large or binary: a test that asks for less there is not noticed`)
  return text
}

/** Whether hunks take lines away. */
const removes = (hunks: string): boolean => /^-/m.test(hunks)

/** Like git: a name with special characters is quoted, with its bytes in octal. */
function quote(name: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(name) && !/["\\]/.test(name)) return name
  const bytes = [...Buffer.from(name)].map((byte) => (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)))
  return `"${bytes.join('')}"`
}
