/** Asks Python's engine which rules it has, and writes their list: it offers none, but refuses to select what is no rule. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

// A family that is missing here is one of which every rule is refused in elder.yaml.
const families = `
  A AIR ANN ARG ASYNC B BLE C COM CPY D DJ DOC DTZ E EM ERA EXE F FA FAST FBT FIX FLY FURB G I ICN INP INT ISC LOG N NPY PD PERF PGH PIE PLC PLE
  PLR PLW PT PTH PYI Q RET RSE RUF S SIM SLF SLOT T TC TD TID TRY UP W YTT`

/** What is asked of the engine; it is the service's dependency, and found from there. */
interface Ruff {
  readonly Workspace: { new (settings: object, encoding: number): { free(): void }; version(): string }
  readonly PositionEncoding: { readonly Utf16: number }
}

export function writeRuffRules(root: string): void {
  const app = join(root, 'apps/quality-check')
  const { Workspace, PositionEncoding } = createRequire(join(app, 'package.json'))('@astral-sh/ruff-wasm-nodejs') as Ruff
  const header = `// Written by tools/ruff-rules.ts from ruff ${Workspace.version()}.\n`
  const file = join(app, 'gen/ruff-rules.ts')
  // Asking takes seconds, and the engine seldom changes.
  if (existsSync(file) && readFileSync(file, 'utf8').startsWith(header)) return

  const isSelector = (code: string): boolean => {
    try {
      new Workspace({ lint: { select: [code] } }, PositionEncoding.Utf16).free()
      return true
    } catch (error) {
      if (/Unknown rule selector|was removed/.test(String(error))) return false
      throw error
    }
  }
  // Whatever begins a code is a selector, too.
  const below = (prefix: string): string[] => {
    const longer = Array.from({ length: 10 }, (_, digit) => `${prefix}${digit}`).filter(isSelector)
    return longer.length === 0 ? [prefix] : longer.flatMap(below)
  }
  // Of rules that were removed their beginnings are left.
  const codes = families.trim().split(/\s+/).flatMap(below).filter((code) => /\d{3}$/.test(code))
  writeFileSync(file, `${header}export const ruffCodes: readonly string[] = '${codes.join(' ')}'.split(' ')\n`)
}
