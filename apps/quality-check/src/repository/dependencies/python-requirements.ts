import { placeOf, rangeAt } from './text-places.ts'
import type { Declared, DependencyRole } from './manifest.ts'

const requirement = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*([^;@]*)(@[^;]*)?$/
const longestLine = 2_000

/** Reads one requirement in the syntax of PEP 508; undefined for anything else. */
function readRequirement(text: string): { name: string; range: string; conditional: boolean } | undefined {
  if (text.length > longestLine) return undefined
  const end = text.includes(';') ? text.indexOf(';') : text.length
  const [, name = '', wanted = ''] = requirement.exec(text.slice(0, end).trim()) ?? []
  const range = wanted.replace(/[()\s]/g, '')
  if (name === '' || !/[A-Za-z0-9]$/.test(name) || (range !== '' && !/^[<>=!~]/.test(range))) return undefined
  return { name, range, conditional: text.slice(end + 1).trim() !== '' }
}

export interface RequirementsFile {
  readonly declared: readonly Declared[]
  /** Other files that it includes, as written. */
  readonly includes: readonly string[]
  /** Lines that are not understood. */
  readonly unknown: readonly { readonly line: number; readonly text: string }[]
}

/** Reads a requirements.txt. Options other than -r and -c, and URLs, declare no named dependency. */
export function readRequirements(text: string, role: DependencyRole): RequirementsFile {
  const declared: Declared[] = []
  const includes: string[] = []
  const unknown: { line: number; text: string }[] = []
  let offset = 0
  let continued = ''
  for (const [index, row] of text.split('\n').entries()) {
    const start = offset
    offset += row.length + 1
    const line = continued + row.replace(/\r$/, '').replace(/(^|\s)#.*$/, '').trimEnd()
    continued = line.endsWith('\\') ? line.slice(0, -1) : ''
    if (continued !== '' || line.trim() === '') continue
    const include = /^\s*(?:-r|--requirement|-c|--constraint)[\s=]\s*(\S+)/.exec(line)?.[1]
    const parsed = readRequirement(line.replace(/\s--[a-z-]+[ =]\S+/g, ''))
    if (include !== undefined) includes.push(include)
    else if (parsed !== undefined) declared.push({ ...parsed, role, ...rangeAt(text, start, start + Math.max(1, row.trimEnd().length)) })
    else if (!/^\s*(-|[a-z+]+:\/\/|\.{0,2}\/|\S+\.whl|\S+ @ )/i.test(line)) unknown.push({ line: index + 1, text: line.trim() })
  }
  return { declared, includes, unknown }
}

/** Reads a list of requirement strings, with the position of each in the manifest. */
export function declaredIn(text: string, requirements: readonly string[], role: DependencyRole, section = ''): Declared[] {
  return requirements.flatMap((each) => {
    const parsed = readRequirement(each)
    return parsed === undefined ? [] : [{ ...parsed, role, ...placeOf(text, each, section) }]
  })
}
