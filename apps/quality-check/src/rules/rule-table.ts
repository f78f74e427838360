import { rules } from '../../gen/rules.ts'
import type { CriterionName, Severity } from '../finding.ts'
import type { FileClass } from '../source-file.ts'
import type { AdviceUnlessNew } from './rule.ts'

export interface Rule {
  readonly category: CriterionName
  readonly severity: Severity
  readonly cwe?: string
  /** CVSS bands: low < 4, medium < 7, high < 9, critical. Medium and worse fail the default security threshold. */
  readonly securitySeverity?: number
  /** How it is classified in test files, where the same code is often intended. */
  readonly inTests?: 'off' | { readonly severity: Severity; readonly securitySeverity?: number }
  readonly inDocs?: Rule['inTests']
  readonly adviceUnlessNew?: AdviceUnlessNew
  /** Reported only where a policy names the rule, because the code is mostly intended. */
  readonly onRequest?: true
  readonly confidence?: 'high' | 'medium' | 'low'
  /** The minutes a fix takes, for maintainability. */
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
// Right less than nine times in ten in code that has been in use for long: docs/quality.md has the figures.
const blocksNewCode = (rule: Rule): Rule => ({ ...rule, adviceUnlessNew: true })

// Our own rules are classified in their folders.
const own: Readonly<Record<string, Rule>> = Object.fromEntries(rules.map((rule) => [`elder/${rule.id}`, rule]))

// Nobody means it in a line just written. Old code works in spite of it, and tests of tools contain it as input.
const mistake: Rule = { ...blocksNewCode(maintainability('error')), inTests: { severity: 'warning' } }

/**
 * The classification of the engines' rules. A rule is looked up by its full name, then by its family
 * (a ruff letter code, an oxlint plugin), then by its engine.
 */
export const ruleTable: Readonly<Record<string, Rule>> = {
  // JavaScript and TypeScript.
  oxlint: maintainability('warning'),
  // Test data of parsers and linters does not parse on purpose. A test that does not parse fails in its runner anyway.
  'oxlint/syntax-error': { ...blocksNewCode(rootCause('error')), inTests: { severity: 'warning' } },
  // Best-effort clean-up has an empty catch as often as a lost failure has. swallowed-exception blocks where it recognises a lost failure.
  'oxlint/empty-catch': { ...rootCause('note'), cwe: 'CWE-390' },
  'oxlint/empty-promise-catch': { ...rootCause('warning'), cwe: 'CWE-390', inTests: 'off' },
  'oxlint/unused-catch-parameter': rootCause('note'),
  'oxlint/no-useless-catch': rootCause('warning'),
  'oxlint/preserve-caught-error': rootCause('warning'),
  'oxlint/no-unsafe-finally': { ...blocksNewCode(rootCause('error')), cwe: 'CWE-584' },
  'oxlint/no-async-promise-executor': blocksNewCode(rootCause('error')),
  'oxlint/no-ex-assign': rootCause('warning'),
  'oxlint/node/handle-callback-err': { ...rootCause('warning'), cwe: 'CWE-391' },
  // An empty function is mostly a default callback. handle-callback-err covers those that take an error.
  'oxlint/no-empty-function': { ...maintainability('note'), onRequest: true },
  'oxlint/no-debugger': { ...rootCause('warning'), inTests: { severity: 'note' } },
  'oxlint/vitest/valid-expect': rootCause('warning'),
  'oxlint/vitest/valid-expect-in-promise': rootCause('warning'),
  'oxlint/vitest/no-commented-out-tests': rootCause('note'),
  'oxlint/vitest/no-conditional-expect': rootCause('note'),
  // In old code it hides a library without types as often as a mistake. In tests it asserts that something does not type-check.
  'oxlint/typescript/ban-ts-comment': { ...blocksNewCode(rootCause('error')), inTests: { severity: 'note' } },
  // It does not suppress our rules. What it suppresses of the engine's in old code is mostly style.
  'oxlint/unicorn/no-abusive-eslint-disable': { ...blocksNewCode(rootCause('error')), inTests: { severity: 'warning' } },
  // code-injection reports data of a request. Other evaluated code was mostly written by the program itself.
  'oxlint/no-eval': security('warning', 3.9, 95),
  'oxlint/no-implied-eval': security('warning', 3.9, 95),
  'oxlint/no-new-func': security('warning', 3.9, 95),
  // Matches the text, whether it is used as a link or rejected.
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
  // Mostly a test for NaN.
  'oxlint/no-self-compare': maintainability('note'),
  'oxlint/no-const-assign': blocksNewCode(maintainability('error')),
  'oxlint/no-obj-calls': maintainability('error'),
  'oxlint/no-unreachable': mistake,
  'oxlint/no-dupe-else-if': mistake,
  'oxlint/no-duplicate-case': mistake,
  'oxlint/no-dupe-keys': mistake,
  'oxlint/no-dupe-class-members': mistake,
  'oxlint/use-isnan': mistake,
  'oxlint/valid-typeof': mistake,
  'oxlint/no-unsafe-negation': mistake,
  'oxlint/no-unsafe-optional-chaining': mistake,
  'oxlint/no-compare-neg-zero': mistake,
  'oxlint/no-func-assign': mistake,
  'oxlint/no-import-assign': mistake,
  'oxlint/no-setter-return': mistake,
  'oxlint/for-direction': mistake,
  'oxlint/no-this-before-super': mistake,
  // In tests it is the input.
  'oxlint/oxc/approx-constant': { ...maintainability('warning'), inTests: 'off' },
  'oxlint/no-useless-call': performance('note'),
  'oxlint/oxc/no-accumulating-spread': performance('warning'),
  'oxlint/unicorn/prefer-array-find': performance('note'),
  'oxlint/unicorn/prefer-array-flat-map': performance('note'),

  // Rules that need types across files; on request.
  'oxlint/typescript/no-floating-promises': { ...rootCause('warning'), cwe: 'CWE-391' },
  'oxlint/typescript/no-misused-promises': rootCause('warning'),
  'oxlint/typescript/only-throw-error': rootCause('warning'),
  'oxlint/typescript/await-thenable': maintainability('warning'),
  'oxlint/typescript/no-unnecessary-condition': maintainability('note'),
  'oxlint/typescript/no-base-to-string': maintainability('note'),

  // Python.
  ruff: maintainability('warning'),
  // Code in documentation and test data of parsers need not run.
  'ruff/invalid-syntax': { ...blocksNewCode(rootCause('error')), inTests: { severity: 'warning' }, inDocs: { severity: 'warning' } },
  'ruff/F821': { ...blocksNewCode(rootCause('error')), inTests: { severity: 'warning' }, inDocs: { severity: 'warning' } },
  // Reported for each use of a name, in addition to F403 for the import itself.
  'ruff/F405': { ...maintainability('note'), minutes: 1 },
  'ruff/F401': { ...maintainability('warning'), minutes: 2 },
  'ruff/F841': { ...maintainability('warning'), minutes: 5 },
  'ruff/B007': maintainability('note'),
  'ruff/B009': maintainability('note'),
  // An optional hook for subclasses, or a class that serves only isinstance().
  'ruff/B024': maintainability('note'),
  'ruff/B027': maintainability('note'),
  'ruff/B010': maintainability('note'),
  'ruff/E722': { ...rootCause('note'), cwe: 'CWE-396' },
  // Optional steps and clean-up look like this as often as lost failures do. swallowed-exception blocks where it recognises a lost failure.
  'ruff/S110': { ...rootCause('note'), cwe: 'CWE-390', inTests: 'off' },
  'ruff/S112': { ...rootCause('note'), cwe: 'CWE-390', inTests: 'off' },
  'ruff/TRY': rootCause('note'),
  'ruff/TRY203': rootCause('warning'),
  // assert (a, "b") asserts a tuple, which is always true.
  'ruff/F631': blocksNewCode(rootCause('error')),
  // Test data of parsers and linters contains it on purpose.
  'ruff/B012': { ...blocksNewCode(rootCause('error')), cwe: 'CWE-584', inTests: { severity: 'warning' } },
  'ruff/B017': rootCause('warning'),
  'ruff/B904': rootCause('note'),
  // It names no error code. Only that of a whole file fails new code: on single lines readers found 46 of 63 right, less than nine in ten.
  'ruff/PGH003': { ...blocksNewCode(rootCause('error')), inTests: { severity: 'note' } },
  // It hides a finding that would fail the gate.
  'ruff/PGH004': rootCause('error'),
  // It names no rule. In old code that is mostly style.
  'ruff/style-suppression': { ...rootCause('note') },
  'ruff/explained-suppression': maintainability('note'),
  'ruff/PGH005': rootCause('error'),
  'ruff/T100': blocksNewCode(rootCause('error')),
  'ruff/RUF006': rootCause('warning'),
  // The errors below never work. For the others of the family, ruff does not know what decorators, interfaces and other modules do.
  'ruff/PLE': maintainability('warning'),
  // It is right in a function that exception handlers call.
  'ruff/PLE0704': maintainability('note'),
  'ruff/PLE0115': blocksNewCode(maintainability('error')),
  'ruff/PLE0116': blocksNewCode(maintainability('error')),
  'ruff/PLE0117': blocksNewCode(maintainability('error')),
  'ruff/PLE0118': blocksNewCode(maintainability('error')),
  'ruff/PLE0241': blocksNewCode(maintainability('error')),
  'ruff/PLE1205': blocksNewCode(maintainability('error')),
  'ruff/PLE1206': blocksNewCode(maintainability('error')),
  'ruff/PLE1300': blocksNewCode(maintainability('error')),
  'ruff/PLE1519': blocksNewCode(maintainability('error')),
  'ruff/PLE1520': blocksNewCode(maintainability('error')),
  // Tests of code that strips these characters contain them.
  'ruff/PLE2502': { ...blocksNewCode(maintainability('error')), inTests: { severity: 'note' } },
  'ruff/B006': mistake,
  'ruff/F632': mistake,
  'ruff/F601': mistake,
  'ruff/B020': mistake,
  'ruff/B029': mistake,
  'ruff/B030': mistake,
  'ruff/PERF': performance('note'),
  // A blocking call in an asynchronous function stops everything else on the event loop.
  'ruff/ASYNC': { ...performance('warning'), inTests: 'off' },
  // Always a mistake, because asyncio.sleep exists.
  'ruff/ASYNC251': { ...performance('error'), inTests: 'off' },
  // A cached method keeps every object alive that it was ever called on.
  'ruff/B019': performance('warning'),
  'ruff/PLW0129': blocksNewCode(rootCause('error')),
  'ruff/S': security('warning', 3.5, 710),
  // code-injection reports the certain cases. Others are mostly plug-ins or settings files of the program itself.
  'ruff/S102': security('warning', 3.9, 95),
  // world-writable-file reports the certain cases.
  'ruff/S103': security('warning', 3.9, 732),
  'ruff/S104': security('note', 3, 605),
  'ruff/S108': security('note', 2.5, 377),
  'ruff/S113': security('note', 2.5, 400),
  'ruff/S201': security('warning', 3.9, 94),
  // Data-flow rules report the certain cases by the origin of the data; ruff sees only the call.
  'ruff/S202': security('warning', 3.9, 22),
  'ruff/S301': security('warning', 3.9, 502, { severity: 'note', securitySeverity: 1 }),
  'ruff/S302': security('warning', 3.9, 502),
  // The file is rarely created in a folder that other users can write to.
  'ruff/S306': security('warning', 3.9, 377, { severity: 'note', securitySeverity: 2 }),
  // Text from outside is executed with everything that the file can access.
  'ruff/S307': security('error', 8.8, 95, { severity: 'note', securitySeverity: 2 }),
  'ruff/S308': security('note', 3.5, 79),
  'ruff/S310': security('note', 3, 22),
  'ruff/S321': security('warning', 3.9, 319),
  // The context may be made to verify later. disabled-tls-verification examines its options.
  'ruff/S323': security('warning', 3.9, 295),
  'ruff/S324': security('warning', 3.7, 327),
  // disabled-tls-verification and weak-cipher report the certain cases.
  'ruff/S501': blocksNewCode(security('error', 7.4, 295, { severity: 'note', securitySeverity: 3 })),
  // An old server may support no other version.
  'ruff/S502': security('warning', 3.9, 327),
  'ruff/S503': security('warning', 3.9, 327),
  'ruff/S504': security('note', 3.1, 327),
  'ruff/S505': security('warning', 3.9, 326),
  'ruff/S506': security('warning', 3.9, 502),
  // For machines that were just created there is no known host key to compare.
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

  // For every text file. Our own token formats are stricter about lengths and placeholders; what only secretlint finds is advice.
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

/** The classification of a rule: its own, its family's, or its engine's. */
export function ruleFor(name: string): Rule {
  const family = name.startsWith('ruff/') ? name.replace(/\d+$/, '') : name.slice(0, name.lastIndexOf('/'))
  const engine = name.slice(0, name.indexOf('/'))
  return own[name] ?? ruleTable[name] ?? ruleTable[family] ?? ruleTable[engine] ?? maintainability('warning')
}

const mediumBand = 4

/** Whether a finding of the rule in a file of this class can fail a gate by itself. */
export function mayBlock(name: string, fileClass: FileClass): boolean {
  const { inTests, ...rule } = ruleFor(name)
  const softened = fileClass === 'test' ? inTests : undefined
  if (softened === 'off') return false
  const { category, severity, securitySeverity = 0 } = { ...rule, ...softened }
  return category === 'security' ? securitySeverity >= mediumBand : severity === 'error'
}
