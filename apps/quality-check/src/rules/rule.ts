import type { Node, Program } from '@oxc-project/types'
import type { CriterionName, Edit, FlowStep, Severity } from '../finding.ts'
import type { ImageFile } from '../docker/image-file.ts'
import type { SyntaxPattern } from '../engines/pattern-matcher.ts'
import type { FlowRule } from '../flow/flow-rule.ts'
import type { PythonNode, PythonModule } from '../python/ast.ts'
import type { FileClass, Language } from '../source-file.ts'
import type { CodeLines } from '../syntax/code-lines.ts'

/**
 * How a rule is told, judged and explained. Every rule is one folder, rules/<group>/<id>/, with its rule.ts and examples/: bad.* holds lines under a
 * comment "ruleid: <id>" that must be found, good.* such under "ok: <id>" that must not. Folders are found by themselves: nothing else is to be edited.
 */
export interface RuleInfo {
  /** The folder's name; findings say "elder/<id>". */
  readonly id: string
  /** A few words: "SQL built from request data". */
  readonly title: string
  /** What goes wrong, in one or two sentences. */
  readonly why: string
  /** How to mend it, in one sentence. */
  readonly fix: string
  /** Instead, in Python, where the remedy has other names. */
  readonly fixInPython?: string
  readonly category: CriterionName
  /** An error fails its criterion by itself, but in security, where securitySeverity decides. */
  readonly severity: Severity
  /** high: right nine times in ten on code never seen. */
  readonly confidence: 'high' | 'medium' | 'low'
  readonly languages: readonly Language[]
  /** "CWE-89". */
  readonly cwe?: string
  /** CVSS bands: low < 4, medium < 7, high < 9, critical. Medium and worse fail the default security threshold; low confidence stays below 4. */
  readonly securitySeverity?: number
  /** Of maintainability: what mending takes, before what a report adds. */
  readonly minutes?: number
  /** In test files, where the same code is often meant. */
  readonly inTests?: 'off' | { readonly severity: Severity; readonly securitySeverity?: number }
  /** In documentation, which shows how things look. */
  readonly inDocs?: 'off' | { readonly severity: Severity; readonly securitySeverity?: number }
}

/** What a rule says of one place. Without a message it is the rule's title. */
export interface Report {
  readonly message?: string
  readonly fix?: string
  readonly flow?: readonly FlowStep[]
  /** Mends it without changing what the code does. */
  readonly edits?: readonly Edit[]
  readonly minutes?: number
  /** Less certain here than the rule promises: said, but fails nothing. */
  readonly advice?: true
}

/** What every rule that walks a tree is given. */
export interface RuleContext<N> {
  readonly text: string
  readonly fileClass: FileClass
  readonly extension: string
  /** From the program down to the parent of the node at hand. */
  readonly ancestors: readonly N[]
  /** By offsets, which the node has. */
  report(at: { readonly start: number; readonly end: number }, report?: Report): void
  textOf(node: { readonly start: number; readonly end: number }): string
  /** Worked out for the first rule that asks. */
  codeLines(): CodeLines
}

// Some interfaces serve several types: a function's is that of declarations and of expressions.
type NodeOf<N extends { readonly type: string }, T> = N extends unknown ? (T extends N['type'] ? N : never) : never

export type Visitor<N extends { readonly type: string }, C> = { readonly [T in N['type']]?: (node: NodeOf<N, T>, context: C) => void }

export interface JavaScriptContext extends RuleContext<Node> {
  readonly program: Program
  readonly comments: readonly { readonly type: 'Line' | 'Block'; readonly value: string; readonly start: number; readonly end: number }[]
}

/** A rule over JavaScript's and TypeScript's syntax: all of them share one walk. */
export interface JavaScriptRule extends RuleInfo {
  readonly kind: 'javascript'
  readonly on: Visitor<Node, JavaScriptContext>
}

export interface PythonContext extends RuleContext<PythonNode> {
  readonly module: PythonModule
  readonly comments: readonly { readonly text: string; readonly start: number; readonly end: number }[]
}

/** A rule over Python's syntax, in the words of CPython's ast module. */
export interface PythonRule extends RuleInfo {
  readonly kind: 'python'
  readonly on: Visitor<PythonNode, PythonContext>
}

/** A rule for both trees at once. */
export interface SyntaxRule extends RuleInfo {
  readonly kind: 'syntax'
  readonly javascript: Visitor<Node, JavaScriptContext>
  readonly python: Visitor<PythonNode, PythonContext>
}

export interface TextPlace {
  readonly extension: string
  /** The whole name of a file without an extension: ".env", "Dockerfile"; empty otherwise. */
  readonly bareName: string
  readonly fileClass: FileClass
  readonly language: Language | undefined
}

/** A rule over the bare text, whatever its language. */
export interface TextRule extends RuleInfo {
  readonly kind: 'text'
  check(text: string, place: TextPlace): readonly (Report & { readonly start: number; readonly end: number })[]
}

/** A rule over the syntax of a language that has no engine of its own, in ast-grep's words. All of a language share one walk. */
export interface PatternRule extends RuleInfo {
  readonly kind: 'pattern'
  readonly rules: Readonly<Partial<Record<'go' | 'java' | 'rust' | 'shell' | 'yaml' | 'sql', SyntaxPattern>>>
  /** Where what matched is this as well, it is as often meant as not, and advice. */
  readonly doubts?: PatternRule['rules']
  /** What a comment near it says where it is meant: on its first line, the three before it or the two after. */
  readonly explained?: RegExp
  /** Looks again at the text of what matched. */
  readonly accepts?: (text: string) => boolean
}

/** What is seen of all files together: how it is judged and explained. Code under src/repository finds it. */
export interface RepositoryRule extends RuleInfo {
  readonly kind: 'repository'
}

/** A rule over a Dockerfile. */
export interface DockerfileRule extends RuleInfo {
  readonly kind: 'dockerfile'
  check(file: ImageFile): readonly (Report & { readonly start: number; readonly end: number })[]
}

export type Rule = FlowRule | JavaScriptRule | PythonRule | SyntaxRule | TextRule | PatternRule | DockerfileRule | RepositoryRule
