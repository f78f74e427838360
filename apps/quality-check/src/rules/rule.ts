import type { Node, Program } from '@oxc-project/types'
import type { Advice, CriterionName, Edit, FlowStep, Severity } from '../finding.ts'
import type { ImageFile } from '../docker/image-file.ts'
import type { SyntaxPattern } from '../engines/pattern-matcher.ts'
import type { FlowRule } from '../flow/flow-rule.ts'
import type { PythonNode, PythonModule } from '../python/ast.ts'
import type { FileClass, Language } from '../source-file.ts'
import type { CodeLines } from '../syntax/code-lines.ts'

/**
 * The description and classification of a rule. Each rule is a folder, rules/<group>/<id>/, with rule.ts and examples/. In bad.*, the line after
 * a comment "ruleid: <id>" must be found; in good.*, the line after "ok: <id>" must not. Folders are discovered: no list has to be edited.
 */
export interface RuleInfo {
  /** The folder's name; the full name of the rule is "elder/<id>". */
  readonly id: string
  /** A short title: "SQL built from request data". */
  readonly title: string
  /** What goes wrong, in one or two sentences. */
  readonly why: string
  /** How to fix it, in one sentence. */
  readonly fix: string
  /** Replaces `fix` in Python, where the names differ. */
  readonly fixInPython?: string
  readonly category: CriterionName
  /** An error fails its criterion by itself; in security, `securitySeverity` decides instead. */
  readonly severity: Severity
  /** high: at least nine in ten findings on unseen code are right. */
  readonly confidence: 'high' | 'medium' | 'low'
  readonly languages: readonly Language[]
  /** "CWE-89". */
  readonly cwe?: string
  /** CVSS bands: low < 4, medium < 7, high < 9, critical. Medium and worse fail the default security threshold; low confidence stays below 4. */
  readonly securitySeverity?: number
  /** For maintainability: the minutes a fix takes, before those that a report adds. */
  readonly minutes?: number
  /** How it is classified in test files, where the same code is often intended. */
  readonly inTests?: 'off' | { readonly severity: Severity; readonly securitySeverity?: number }
  /** How it is classified in documentation, whose code is for illustration. */
  readonly inDocs?: 'off' | { readonly severity: Severity; readonly securitySeverity?: number }
  /** In these languages all its reports have the advice `unless_new`: code that has long been in use mostly has a reason, elsewhere. */
  readonly adviceUnlessNew?: AdviceUnlessNew
}

/** true: in all of a rule's languages. */
export type AdviceUnlessNew = true | readonly Language[]

/** A finding of a rule. The default message is the rule's title. */
export interface Report {
  readonly message?: string
  readonly fix?: string
  readonly flow?: readonly FlowStep[]
  /** Fixes it without changing the behaviour. */
  readonly edits?: readonly Edit[]
  readonly minutes?: number
  /** Less certain than the rule's confidence: reported, but never blocks, or blocks only new code. */
  readonly advice?: Advice
}

/** The context of every rule that visits a syntax tree. */
export interface RuleContext<N> {
  readonly text: string
  readonly fileClass: FileClass
  readonly extension: string
  /** From the program down to the parent of the visited node. */
  readonly ancestors: readonly N[]
  /** `at` is a node, or any range of offsets. */
  report(at: { readonly start: number; readonly end: number }, report?: Report): void
  textOf(node: { readonly start: number; readonly end: number }): string
  /** Computed on first use. */
  codeLines(): CodeLines
}

// One interface may have several types: that of functions serves declarations and expressions.
type NodeOf<N extends { readonly type: string }, T> = N extends unknown ? (T extends N['type'] ? N : never) : never

export type Visitor<N extends { readonly type: string }, C> = { readonly [T in N['type']]?: (node: NodeOf<N, T>, context: C) => void }

export interface JavaScriptContext extends RuleContext<Node> {
  readonly program: Program
  readonly comments: readonly { readonly type: 'Line' | 'Block'; readonly value: string; readonly start: number; readonly end: number }[]
}

/** A rule on the syntax of JavaScript and TypeScript. All of them share one traversal. */
export interface JavaScriptRule extends RuleInfo {
  readonly kind: 'javascript'
  readonly on: Visitor<Node, JavaScriptContext>
}

export interface PythonContext extends RuleContext<PythonNode> {
  readonly module: PythonModule
  readonly comments: readonly { readonly text: string; readonly start: number; readonly end: number }[]
}

/** A rule on the syntax of Python. The nodes are those of CPython's ast module. */
export interface PythonRule extends RuleInfo {
  readonly kind: 'python'
  readonly on: Visitor<PythonNode, PythonContext>
}

/** A rule on the syntax trees of both languages. */
export interface SyntaxRule extends RuleInfo {
  readonly kind: 'syntax'
  readonly javascript: Visitor<Node, JavaScriptContext>
  readonly python: Visitor<PythonNode, PythonContext>
}

export interface TextPlace {
  readonly extension: string
  /** The name of a file without an extension: ".env", "Dockerfile"; otherwise empty. */
  readonly bareName: string
  readonly fileClass: FileClass
  readonly language: Language | undefined
}

/** A rule on the text of a file in any language. */
export interface TextRule extends RuleInfo {
  readonly kind: 'text'
  check(text: string, place: TextPlace): readonly (Report & { readonly start: number; readonly end: number })[]
}

/** A rule on the syntax of a language for which we run no other engine, as ast-grep patterns. All rules of a language share one traversal. */
export interface PatternRule extends RuleInfo {
  readonly kind: 'pattern'
  readonly rules: Readonly<Partial<Record<'go' | 'java' | 'rust' | 'shell' | 'yaml' | 'sql', SyntaxPattern>>>
  /** A match that also matches this is intended as often as not, so the finding is advice. */
  readonly doubts?: PatternRule['rules']
  /** A match that also matches this is advice where nothing says that its line is new: there it is intended as often as not. */
  readonly doubtsUnlessNew?: PatternRule['rules']
  /** Text of a comment that shows the code is intended: on its first line, the three lines before, or the two after. */
  readonly explained?: RegExp
  /** Accepts or rejects a match by its text. */
  readonly accepts?: (text: string) => boolean
}

/** The description of a finding in several files. The code that finds it is in src/repository. */
export interface RepositoryRule extends RuleInfo {
  readonly kind: 'repository'
}

/** A rule on the lines that a change removes. Implemented under src/changes. */
export interface ChangeRule extends RuleInfo {
  readonly kind: 'change'
}

/** A rule on a Dockerfile. */
export interface DockerfileRule extends RuleInfo {
  readonly kind: 'dockerfile'
  check(file: ImageFile): readonly (Report & { readonly start: number; readonly end: number })[]
}

export type Rule = FlowRule | JavaScriptRule | PythonRule | SyntaxRule | TextRule | PatternRule | DockerfileRule | RepositoryRule | ChangeRule
