import { rules } from '../../gen/rules.ts'
import type { CriterionName, Severity } from '../finding.ts'
import type { FileClass } from '../source-file.ts'

export interface Rule {
  readonly category: CriterionName
  readonly severity: Severity
  readonly cwe?: string
  /** Bands as in CVSS: low < 4, medium < 7, high < 9, critical. Medium and worse fail the default security threshold. */
  readonly securitySeverity?: number
  /** In test files, where the same code is often meant. */
  readonly inTests?: 'off' | { readonly severity: Severity; readonly securitySeverity?: number }
  readonly inDocs?: Rule['inTests']
  /** Said only where a policy names it: what it sees is mostly meant. */
  readonly onRequest?: true
  readonly confidence?: 'high' | 'medium' | 'low'
  /** To mend it, for maintainability. */
  readonly minutes?: number
}

const security = (severity: Severity, securitySeverity: number, cwe: number, inTests?: Rule['inTests']): Rule => ({
  category: 'security',
  severity,
  securitySeverity,
  cwe: `CWE-${cwe}`,
  ...(inTests !== undefined && { inTests }),
})
const rootCause = (severity: Severity): Rule => ({ category: 'root_cause', severity })
const maintainability = (severity: Severity): Rule => ({ category: 'maintainability', severity })
const performance = (severity: Severity): Rule => ({ category: 'performance', severity })

// What our own rules mean stands in their folders.
const own: Readonly<Record<string, Rule>> = Object.fromEntries(rules.map((rule) => [`elder/${rule.id}`, rule]))

/**
 * What each engine rule means here: the one table from engine rule to criterion. Looked up by full name, then by family
 * (a ruff letter code, an oxlint plugin), then by engine.
 */
export const ruleTable: Readonly<Record<string, Rule>> = {
  // JavaScript and TypeScript.
  oxlint: maintainability('warning'),
  // What programs that read programs are tested with does not parse; a test that does not runs nowhere.
  'oxlint/syntax-error': { ...rootCause('error'), inTests: { severity: 'warning' } },
  // Best-effort clean-up is written like this as often as a failure is lost by it; swallowed-exception blocks where it knows the latter.
  'oxlint/empty-catch': { ...rootCause('note'), cwe: 'CWE-390' },
  'oxlint/empty-promise-catch': { ...rootCause('warning'), cwe: 'CWE-390', inTests: 'off' },
  'oxlint/unused-catch-parameter': rootCause('note'),
  'oxlint/no-useless-catch': rootCause('warning'),
  'oxlint/preserve-caught-error': rootCause('warning'),
  'oxlint/no-unsafe-finally': { ...rootCause('error'), cwe: 'CWE-584' },
  'oxlint/no-async-promise-executor': rootCause('error'),
  'oxlint/no-ex-assign': rootCause('warning'),
  'oxlint/node/handle-callback-err': { ...rootCause('warning'), cwe: 'CWE-391' },
  // A function that does nothing is a default; one that takes an error is another rule's.
  'oxlint/no-empty-function': { ...maintainability('note'), onRequest: true },
  'oxlint/no-debugger': { ...rootCause('warning'), inTests: { severity: 'note' } },
  'oxlint/vitest/valid-expect': rootCause('warning'),
  'oxlint/vitest/valid-expect-in-promise': rootCause('warning'),
  'oxlint/vitest/no-commented-out-tests': rootCause('note'),
  'oxlint/vitest/no-conditional-expect': rootCause('note'),
  // As often a library without types as a mistake; in tests it says that something must not type-check.
  'oxlint/typescript/ban-ts-comment': { ...rootCause('warning'), inTests: { severity: 'note' } },
  // What it hides of ours is not silenced by it; what it hides of the engine's is mostly style.
  'oxlint/unicorn/no-abusive-eslint-disable': rootCause('warning'),
  // What a request carries to it code-injection knows; what a program wrote itself it may well run.
  'oxlint/no-eval': security('warning', 3.9, 95),
  'oxlint/no-implied-eval': security('warning', 3.9, 95),
  'oxlint/no-new-func': security('warning', 3.9, 95),
  // Sees the text, not whether it is followed or refused.
  'oxlint/no-script-url': security('note', 3.1, 79, 'off'),
  'oxlint/react/jsx-no-script-url': security('warning', 3.9, 79),
  'oxlint/react/no-danger': security('warning', 3.9, 79),
  'oxlint/react/no-danger-with-children': security('warning', 3.9, 79),
  'oxlint/react/jsx-no-target-blank': security('note', 2.6, 1022),
  'oxlint/react/iframe-missing-sandbox': security('note', 2.6, 1021),
  'oxlint/unicorn/require-post-message-target-origin': security('note', 3.1, 346, 'off'),
  'oxlint/unicorn/no-document-cookie': security('note', 2, 1004),
  'oxlint/no-control-regex': maintainability('note'),
  'oxlint/no-empty': maintainability('note'),
  'oxlint/no-unused-vars': { ...maintainability('warning'), minutes: 5, inTests: { severity: 'note' } },
  'oxlint/no-useless-constructor': { ...maintainability('note'), minutes: 2 },
  // The shortest test for NaN, mostly.
  'oxlint/no-self-compare': maintainability('note'),
  'oxlint/no-const-assign': maintainability('error'),
  'oxlint/no-obj-calls': maintainability('error'),
  'oxlint/no-unreachable': maintainability('warning'),
  'oxlint/no-useless-call': performance('note'),
  'oxlint/oxc/no-accumulating-spread': performance('warning'),
  'oxlint/unicorn/prefer-array-find': performance('note'),
  'oxlint/unicorn/prefer-array-flat-map': performance('note'),

  // What only types across files tell; on request.
  'oxlint/typescript/no-floating-promises': { ...rootCause('warning'), cwe: 'CWE-391' },
  'oxlint/typescript/no-misused-promises': rootCause('warning'),
  'oxlint/typescript/only-throw-error': rootCause('warning'),
  'oxlint/typescript/await-thenable': maintainability('warning'),
  'oxlint/typescript/no-unnecessary-condition': maintainability('note'),
  'oxlint/typescript/no-base-to-string': maintainability('note'),

  // Python.
  ruff: maintainability('warning'),
  // What is written to be read, or to be read by a program, need not run.
  'ruff/invalid-syntax': { ...rootCause('error'), inTests: { severity: 'warning' }, inDocs: { severity: 'warning' } },
  'ruff/F821': { ...rootCause('error'), inTests: { severity: 'warning' }, inDocs: { severity: 'warning' } },
  // One for each use of a name, beside F403 for the import itself.
  'ruff/F405': { ...maintainability('note'), minutes: 1 },
  'ruff/F401': { ...maintainability('warning'), minutes: 2 },
  'ruff/F841': { ...maintainability('warning'), minutes: 5 },
  'ruff/B007': maintainability('note'),
  'ruff/B009': maintainability('note'),
  // A step that subclasses may leave out, and a class to ask for by isinstance.
  'ruff/B024': maintainability('note'),
  'ruff/B027': maintainability('note'),
  'ruff/B010': maintainability('note'),
  'ruff/E722': { ...rootCause('note'), cwe: 'CWE-396' },
  // Optional steps and clean-up are written like this as often as a failure is lost by it; swallowed-exception blocks where it knows the latter.
  'ruff/S110': { ...rootCause('note'), cwe: 'CWE-390', inTests: 'off' },
  'ruff/S112': { ...rootCause('note'), cwe: 'CWE-390', inTests: 'off' },
  'ruff/TRY': rootCause('note'),
  'ruff/TRY203': rootCause('warning'),
  // assert (a, "b"): a tuple, and always true.
  'ruff/F631': rootCause('error'),
  // Tests of what reads programs hold each form of them.
  'ruff/B012': { ...rootCause('error'), cwe: 'CWE-584', inTests: { severity: 'warning' } },
  'ruff/B017': rootCause('warning'),
  'ruff/B904': rootCause('note'),
  // Which type it is about is not said; as often a library without types as a mistake.
  'ruff/PGH003': { ...rootCause('warning'), inTests: { severity: 'note' } },
  // Something that would fail the gate stands behind it.
  'ruff/PGH004': rootCause('error'),
  'ruff/style-suppression': maintainability('note'),
  'ruff/explained-suppression': maintainability('note'),
  'ruff/PGH005': rootCause('error'),
  'ruff/T100': rootCause('error'),
  'ruff/RUF006': rootCause('warning'),
  // What runs nowhere, or never as it was meant; of the rest the engine does not see what decorators, interfaces and other modules do.
  'ruff/PLE': maintainability('warning'),
  // In a function that handlers call.
  'ruff/PLE0704': maintainability('note'),
  'ruff/PLE0115': maintainability('error'),
  'ruff/PLE0116': maintainability('error'),
  'ruff/PLE0117': maintainability('error'),
  'ruff/PLE0118': maintainability('error'),
  'ruff/PLE0241': maintainability('error'),
  'ruff/PLE1205': maintainability('error'),
  'ruff/PLE1206': maintainability('error'),
  'ruff/PLE1300': maintainability('error'),
  'ruff/PLE1519': maintainability('error'),
  'ruff/PLE1520': maintainability('error'),
  // A test of what strips them holds them.
  'ruff/PLE2502': { ...maintainability('error'), inTests: { severity: 'note' } },
  'ruff/PERF': performance('note'),
  // A call that blocks, inside an asynchronous function: everything else the loop serves stands still.
  'ruff/ASYNC': { ...performance('warning'), inTests: 'off' },
  // Nothing but a mistake: whoever means to wait has asyncio.sleep.
  'ruff/ASYNC251': { ...performance('error'), inTests: 'off' },
  // A method's cache keeps its object alive: it grows with every object there ever was.
  'ruff/B019': performance('warning'),
  'ruff/PLW0129': rootCause('error'),
  'ruff/S': security('warning', 3.5, 710),
  // The sure ones are code-injection's: here it is as often a plug-in or a settings file of the program's own.
  'ruff/S102': security('warning', 3.9, 95),
  // The sure ones are world-writable-file's.
  'ruff/S103': security('warning', 3.9, 732),
  'ruff/S104': security('note', 3, 605),
  'ruff/S105': security('warning', 3.9, 259),
  'ruff/S106': security('warning', 3.9, 259),
  'ruff/S107': security('warning', 3.9, 259),
  'ruff/S108': security('note', 2.5, 377),
  'ruff/S113': security('note', 2.5, 400),
  'ruff/S201': security('warning', 3.9, 94),
  // Flow rules tell whose data reaches a deserializer, a shell, a query or a page; ruff sees only that the call is there.
  'ruff/S202': security('warning', 3.9, 22),
  'ruff/S301': security('warning', 3.9, 502, { severity: 'note', securitySeverity: 1 }),
  'ruff/S302': security('warning', 3.9, 502),
  // The name is seldom opened in a folder that others write to.
  'ruff/S306': security('warning', 3.9, 377, { severity: 'note', securitySeverity: 2 }),
  // A text that was handed in, typed, read or received is run as it came, with all that the file can reach.
  'ruff/S307': security('error', 8.8, 95, { severity: 'note', securitySeverity: 2 }),
  'ruff/S308': security('note', 3.5, 79),
  'ruff/S310': security('note', 3, 22),
  'ruff/S321': security('warning', 3.9, 319),
  // It may be asked to check after all; disabled-tls-verification reads with what it is called.
  'ruff/S323': security('warning', 3.9, 295),
  'ruff/S324': security('warning', 3.7, 327),
  // The sure ones are disabled-tls-verification's and weak-cipher's.
  'ruff/S501': security('warning', 3.9, 295),
  // What a server that is older still speaks may leave no choice.
  'ruff/S502': security('warning', 3.9, 327),
  'ruff/S503': security('warning', 3.9, 327),
  'ruff/S504': security('note', 3.1, 327),
  'ruff/S505': security('warning', 3.9, 326),
  'ruff/S506': security('warning', 3.9, 502),
  // Who connects to machines that were just made has nothing to compare with.
  'ruff/S507': security('warning', 3.9, 295),
  'ruff/S508': security('warning', 3.9, 319),
  'ruff/S509': security('warning', 3.9, 319),
  'ruff/S602': security('warning', 3.9, 78),
  'ruff/S604': security('note', 3, 78),
  'ruff/S605': security('warning', 3.9, 78),
  'ruff/shell-of-constant': security('note', 1.5, 78),
  'ruff/S609': security('warning', 3.9, 155),
  'ruff/S610': security('note', 3.5, 89),
  'ruff/S611': security('note', 3.5, 89),
  'ruff/S612': security('warning', 3.9, 94),
  'ruff/S701': security('warning', 3.9, 79),
  'ruff/S702': security('warning', 3.9, 79),
  'ruff/S704': security('warning', 3.9, 79),

  // Python's types across files; on request.
  pyright: maintainability('note'),
  'pyright/reportUndefinedVariable': rootCause('warning'),
  'pyright/reportCallIssue': maintainability('warning'),
  'pyright/reportArgumentType': maintainability('warning'),
  'pyright/reportReturnType': maintainability('warning'),

  // Every text file. What our own formats, which are stricter about lengths and made-up values, leave to it is advice.
  secretlint: security('warning', 3.9, 798),

  // Blocks that several files share.
  'jscpd/duplicated-block': maintainability('warning'),

  // Shell scripts, where the program is installed.
  shellcheck: maintainability('note'),
  'shellcheck/SC2115': maintainability('warning'),
  'shellcheck/SC2068': maintainability('warning'),

  // Ours.
  elder: maintainability('note'),
  'elder/unexplained-suppression': rootCause('error'),
  'elder/expired-suppression': rootCause('warning'),
  'elder/unknown-suppression': rootCause('warning'),
}

/** The table's row for a rule: its own, its family's, or its engine's. */
export function ruleFor(name: string): Rule {
  const family = name.startsWith('ruff/') ? name.replace(/\d+$/, '') : name.slice(0, name.lastIndexOf('/'))
  const engine = name.slice(0, name.indexOf('/'))
  return own[name] ?? ruleTable[name] ?? ruleTable[family] ?? ruleTable[engine] ?? maintainability('warning')
}

const mediumBand = 4

/** Whether what a rule finds in such a file can fail a gate by itself. */
export function mayBlock(name: string, fileClass: FileClass): boolean {
  const { inTests, ...rule } = ruleFor(name)
  const softened = fileClass === 'test' ? inTests : undefined
  if (softened === 'off') return false
  const { category, severity, securitySeverity = 0 } = { ...rule, ...softened }
  return category === 'security' ? securitySeverity >= mediumBand : severity === 'error'
}
