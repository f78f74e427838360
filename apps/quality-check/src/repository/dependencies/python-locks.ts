import { parse as parseToml, TomlError } from 'smol-toml'
import * as z from 'zod'
import { folderOf, nameOf, type Lock, type Locked } from './manifest.ts'
import { faultAt, jsonFault, type ManifestFault } from './text-places.ts'

const tomlLock = z.looseObject({ package: z.array(z.looseObject({ name: z.string(), version: z.string().optional(), source: z.looseObject({ virtual: z.string().optional(), editable: z.string().optional(), workspace: z.string().optional() }).optional().catch(undefined) })).optional() })
const section = z.record(z.string(), z.looseObject({ version: z.string().optional() }))
const pipfileLock = z.looseObject({ default: section.optional(), develop: section.optional() })

export const isPythonLock = (path: string): boolean => ['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock'].includes(nameOf(path))

export function readPythonLock(path: string, text: string): Lock | ManifestFault {
  const packages = nameOf(path) === 'Pipfile.lock' ? readPipfileLock(path, text) : readTomlLock(path, text)
  if (!Array.isArray(packages)) return packages
  return { path, ecosystem: 'PyPI', folder: folderOf(path), packages, asked: undefined, programs: new Map(), peers: new Set(), isDetailed: false }
}

function readTomlLock(path: string, text: string): Locked[] | ManifestFault {
  try {
    const parsed = tomlLock.safeParse(parseToml(text))
    if (!parsed.success) return faultAt(path, 1, 'has no list of packages that is known')
    const lines = linesOf(text, /^name = "([^"]+)"/gm)
    // The list includes the project itself and the other packages of its workspace.
    return (parsed.data.package ?? []).flatMap(({ name, version, source = {} }) =>
      version === undefined || source.virtual !== undefined || source.editable !== undefined || source.workspace !== undefined ? [] : [{ name, version, line: lines.get(name) ?? 1 }],
    )
  } catch (error) {
    if (error instanceof TomlError) return faultAt(path, error.line, `is not valid TOML: ${error.message.split('\n')[0] ?? ''}`)
    throw error
  }
}

function readPipfileLock(path: string, text: string): Locked[] | ManifestFault {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return jsonFault(path, text, error)
  }
  const parsed = pipfileLock.safeParse(value)
  if (!parsed.success) return faultAt(path, 1, 'is not what pipenv writes')
  const lines = linesOf(text, /^\s*"([^"]+)": \{/gm)
  return Object.entries({ ...parsed.data.default, ...parsed.data.develop }).flatMap(([name, { version }]) => (version === undefined ? [] : [{ name, version: version.replace(/^==/, ''), line: lines.get(name) ?? 1 }]))
}

function linesOf(text: string, pattern: RegExp): Map<string, number> {
  const lines = new Map<string, number>()
  let line = 1
  let at = 0
  for (const match of text.matchAll(pattern)) {
    for (let newline = text.indexOf('\n', at); newline !== -1 && newline < match.index; newline = text.indexOf('\n', newline + 1)) line++
    at = match.index
    if (!lines.has(match[1] ?? '')) lines.set(match[1] ?? '', line)
  }
  return lines
}
