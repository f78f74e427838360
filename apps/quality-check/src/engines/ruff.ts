import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import type * as Ruff from '@astral-sh/ruff-wasm-nodejs'
import type { Diagnostic } from '../finding.ts'
import { oneLine } from '../finding.ts'
import { ruffSettings } from '../rules/ruff-settings.ts'
import type { FileClass } from '../source-file.ts'

// Both, and before the module is compiled: optimised wasm code takes 460 MB where this takes 104, and the compiling eats the processor.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')
const ruff: typeof Ruff = createRequire(import.meta.url)('@astral-sh/ruff-wasm-nodejs')

// Declared as an enum of the package, which has none at run time.
const helpSeverity = 'help' as Ruff.SubDiagnosticSeverity

const workspaces = new Map<FileClass, Ruff.Workspace>()

/** Python's engine: runs in a worker thread, and throws only when it is broken. */
export function checkPython(text: string, fileClass: FileClass): Diagnostic[] {
  const diagnostics: Ruff.Diagnostic[] = workspaceFor(fileClass).check(text)
  return diagnostics.map(translate)
}

function workspaceFor(fileClass: FileClass): Ruff.Workspace {
  let workspace = workspaces.get(fileClass)
  if (workspace === undefined) {
    workspace = new ruff.Workspace(ruffSettings(fileClass), ruff.PositionEncoding.Utf16)
    workspaces.set(fileClass, workspace)
  }
  return workspace
}

function translate(diagnostic: Ruff.Diagnostic): Diagnostic {
  const help = diagnostic.fix?.message ?? diagnostic.subDiagnostics.find(({ severity }) => severity === helpSeverity)?.message
  return {
    engine: 'ruff',
    rule: ruleOf(diagnostic),
    line: diagnostic.start_location.row,
    column: diagnostic.start_location.column,
    endLine: diagnostic.end_location.row,
    endColumn: diagnostic.end_location.column,
    message: oneLine(diagnostic.message),
    fix: oneLine(help ?? ''),
  }
}

// S602 and S605 speak of any shell, and say in words when the command is a constant.
function ruleOf({ code, message }: Ruff.Diagnostic): string {
  if ((code === 'S602' || code === 'S605') && message.includes('seems safe')) return 'shell-of-constant'
  return code ?? 'invalid-syntax'
}
