const core = `
  constructor-super for-direction getter-return no-async-promise-executor no-caller no-class-assign no-compare-neg-zero no-cond-assign
  no-const-assign no-constant-binary-expression no-constant-condition no-control-regex no-debugger no-delete-var no-dupe-class-members
  no-dupe-else-if no-dupe-keys no-duplicate-case no-empty-character-class no-empty-pattern no-empty-static-block no-eval no-ex-assign
  no-extend-native no-func-assign no-global-assign no-implied-eval no-import-assign no-invalid-regexp no-irregular-whitespace no-iterator
  no-loss-of-precision no-misleading-character-class no-new-func no-new-native-nonconstructor no-nonoctal-decimal-escape no-obj-calls
  no-proto no-script-url no-self-assign no-self-compare no-setter-return no-shadow-restricted-names no-sparse-arrays no-this-before-super
  no-throw-literal no-unassigned-vars no-unexpected-multiline no-unreachable no-unsafe-finally
  no-unsafe-negation no-unsafe-optional-chaining no-unused-labels no-unused-private-class-members no-unused-vars no-useless-backreference
  no-useless-catch no-useless-constructor no-with preserve-caught-error require-yield use-isnan valid-typeof
  no-empty no-empty-function no-useless-call`
const typescript = `
  no-duplicate-enum-values no-extra-non-null-assertion no-misused-new no-non-null-asserted-optional-chain no-this-alias
  no-unsafe-declaration-merging no-wrapper-object-types prefer-as-const no-confusing-non-null-assertion`
const oxc = `
  approx-constant bad-array-method-on-arguments bad-char-at-comparison bad-comparison-sequence bad-match-all-arg bad-min-max-func
  bad-object-literal-comparison bad-replace-all-arg const-comparisons double-comparisons erasing-op misrefactored-assign-op missing-throw
  number-arg-out-of-range only-used-in-recursion uninvoked-array-callback no-accumulating-spread`
const unicorn = `
  no-abusive-eslint-disable no-accessor-recursion no-array-fill-with-reference-type no-await-in-promise-methods no-document-cookie no-invalid-fetch-options
  no-invalid-remove-event-listener no-new-buffer no-single-promise-in-promise-methods no-useless-fallback-in-spread
  no-useless-spread prefer-array-find prefer-array-flat-map prefer-set-size require-post-message-target-origin`
const promise = 'no-multiple-resolved no-new-statics'
const node = 'handle-callback-err no-exports-assign no-new-require no-path-concat'
// Covers Jest and Mocha as well, because it matches names, not imports. Skipped, focused and empty tests are found by our own rules.
const vitest = `
  no-commented-out-tests no-conditional-expect no-conditional-tests no-standalone-expect valid-describe-callback valid-expect valid-expect-in-promise`
const react = `
  iframe-missing-sandbox jsx-key jsx-no-duplicate-props jsx-no-script-url jsx-no-target-blank jsx-no-undef no-danger no-danger-with-children
  no-direct-mutation-state no-unstable-nested-components void-dom-elements-no-children`

const words = (list: string) => list.trim().split(/\s+/)
const on = (prefix: string, list: string) => Object.fromEntries(words(list).map((name) => [prefix + name, 'warn'] as const))
const off = (list: string) => Object.fromEntries(words(list).map((name) => [name, 'off'] as const))
const described = 'allow-with-description'

/** The complete configuration of oxlint. That of the checked repository is never read. Severities are in the rule table. */
export const oxlintSettings = {
  plugins: ['typescript', 'oxc', 'unicorn', 'promise', 'node', 'vitest', 'react'],
  categories: {
    correctness: 'off',
  },
  // Declaration files have no function bodies in which an error could be handled, and cannot choose their names.
  overrides: [{ files: ['*.d.ts', '*.d.mts', '*.d.cts'], rules: off('node/handle-callback-err no-shadow-restricted-names typescript/no-duplicate-enum-values typescript/no-misused-new typescript/no-unsafe-declaration-merging typescript/no-wrapper-object-types') }],
  rules: {
    ...on('', core),
    ...on('typescript/', typescript),
    ...on('oxc/', oxc),
    ...on('unicorn/', unicorn),
    ...on('promise/', promise),
    ...on('node/', node),
    ...on('vitest/', vitest),
    ...on('react/', react),
    'typescript/ban-ts-comment': ['warn', { 'ts-ignore': described, 'ts-nocheck': described, 'ts-expect-error': described, 'ts-check': false }],
    'no-constant-condition': ['warn', { checkLoops: false }],
    'no-unused-vars': ['warn', { args: 'none', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true }],
  },
}
