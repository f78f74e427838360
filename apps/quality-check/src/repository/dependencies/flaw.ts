import type { Range } from '../../finding.ts'
import type { PlacedDiagnostic } from '../placed-diagnostic.ts'

export type DependencyRule = 'undeclared-import' | 'unlocked-dependency' | 'unused-dependency' | 'lock-mismatch' | 'vulnerable-dependency' | 'tolerated-vulnerability' | 'malformed-manifest' | 'circular-import' | 'denied-licence'

/** A problem with a dependency, and the dependency whose score it lowers. */
export interface Flaw {
  /** "npm:react"; empty when no single dependency is affected. */
  readonly dependency: string
  /** The name under which the policy may ignore it. */
  readonly name: string
  /** The imported name, where it is another one. */
  readonly imported?: string
  readonly diagnostic: PlacedDiagnostic
}

export function flaw(rule: DependencyRule, dependency: { readonly ecosystem: string; readonly name: string } | undefined, at: Range & { readonly path: string }, message: string, fix: string, advice = false): Flaw {
  const { path, line, column, endLine, endColumn } = at
  return {
    dependency: dependency === undefined ? '' : `${dependency.ecosystem}:${dependency.name}`,
    name: dependency?.name ?? '',
    diagnostic: { path, engine: 'elder', rule, line, column, endLine, endColumn, message, fix, ...(advice && { advice }) },
  }
}

/** Whether a text contains the name as a word. */
export function mentions(text: string, name: string): boolean {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'i').test(text)
}
