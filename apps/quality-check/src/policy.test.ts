import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '@elder/errors'
import { expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { applyPolicy, excludes, readPolicy, weightsFor } from './policy.ts'
import { policySchema } from './policy/schema.ts'
import { judge, nothingKnown } from './scoring/gate.ts'

test('an empty file is the default policy', () => {
  const policy = readPolicy('')
  expect(policy).toMatchObject({ required: ['root_cause', 'security', 'performance', 'maintainability'], thresholds: { security: 90, root_cause: 95 }, rules: {}, exclude: [] })
  expect(readPolicy('version: 1\n').hash).toBe(policy.hash)
})

test('a rule of ruff may be named whether it is looked for or not', () => {
  expect(readPolicy('version: 1\nrules: {ruff/ASYNC210: off, ruff/E501: off, ruff/shell-of-constant: note}\n').rules).toMatchObject({ 'ruff/ASYNC210': 'off', 'ruff/E501': 'off' })
})

test('the hash follows what the policy means, not how it is written', () => {
  const one = readPolicy('version: 1\nrequired: [security, root_cause]\nexclude: [b, a]\nrules: {ruff/S101: off, oxlint/no-eval: note}\n')
  const same = readPolicy('# ours\nversion: 1\nrequired: [root_cause, security]\nexclude:\n  - a\n  - b\nrules:\n  oxlint/no-eval: note\n  ruff/S101: off\n')
  expect(same.hash).toBe(one.hash)
  expect(readPolicy('version: 1\nthresholds: {security: 91}\n').hash).not.toBe(readPolicy('').hash)
})

test.each([
  ['a list', '- 1\n', 'policyYaml', /must be a map that begins with "version: 1", got \[1\]/],
  ['no version', 'required: []\n', 'policyYaml.version', /version must be 1, got nothing/],
  ['another version', 'version: 2\n', 'policyYaml.version', /version must be 1, got 2/],
  ['an unknown setting', 'version: 1\nthreshold: {}\n', 'policyYaml.threshold', /threshold is not a known setting: must be one of version, required, thresholds, rules, severities, .*\(line 2, column 1\)$/],
  ['an unknown criterion', 'version: 1\nrequired: [speed]\n', 'policyYaml.required.0', /must be one of root_cause, .*got "speed"/],
  ['a threshold for an unknown criterion', 'version: 1\nthresholds: {speed: 3}\n', 'policyYaml.thresholds.speed', /speed is not a criterion: must be one of root_cause/],
  ['a threshold over 100', 'version: 1\nthresholds: {security: 101}\n', 'policyYaml.thresholds.security', /must be from 0 to 100, got 101/],
  ['a threshold in words', 'version: 1\nthresholds: {security: high}\n', 'policyYaml.thresholds.security', /must be a number from 0 to 100, got "high"/],
  ['a rule without an engine', 'version: 1\nrules: {no-eval: off}\n', 'policyYaml.rules.no-eval', /is not a rule: write <engine>\/<rule> .*oxlint, ruff, secretlint, elder/],
  ['a level that is none', 'version: 1\nrules: {oxlint/no-eval: warn}\n', 'policyYaml.rules.oxlint/no-eval', /must be one of off, error, warning, note, got "warn"/],
  ['a level that YAML reads as a boolean', 'version: 1\nrules: {oxlint/no-eval: false}\n', 'policyYaml.rules.oxlint/no-eval', /got false .*write off/],
  ['globs that are none', 'version: 1\nexclude: [3]\n', 'policyYaml.exclude.0', /must be a glob such as "dist\/\*\*", got 3/],
  ['braces in a glob', 'version: 1\nexclude: ["*.{js,ts}"]\n', 'policyYaml.exclude.0', /write one glob for each alternative/],
  ['a misspelt rule of ours', 'version: 1\nrules:\n  elder/unexplained-supression: off\n', 'policyYaml.rules.elder/unexplained-supression', /is not a rule: did you mean elder\/unexplained-suppression\? \(line 3, column 3\)$/],
  ['a misspelt rule of oxlint', 'version: 1\nrules: {oxlint/no-evl: off}\n', 'policyYaml.rules.oxlint/no-evl', /did you mean oxlint\/no-eval\?/],
  ['a rule of ruff that is none', 'version: 1\nrules: {ruff/eval: off}\n', 'policyYaml.rules.ruff/eval', /a rule of ruff has letters and a number: ruff\/S307/],
  ['a rule of ruff with a number that none has', 'version: 1\nrules: {ruff/S3077: off}\n', 'policyYaml.rules.ruff/S3077', /did you mean ruff\/S307\?/],
  ['a rule of a family that ruff has not', 'version: 1\nrules: {ruff/SS999: off}\n', 'policyYaml.rules.ruff/SS999', /is not a rule: did you mean ruff\//],
  ['a misspelt rule below a path', 'version: 1\noverrides:\n  - paths: [a]\n    rules: {oxlint/no-evl: off}\n', 'policyYaml.overrides.0.rules.oxlint/no-evl', /did you mean oxlint\/no-eval\? \(line 4, column 13\)$/],
  ['an override without a path', 'version: 1\noverrides: [{paths: []}]\n', 'policyYaml.overrides.0.paths', /must name at least one glob/],
  ['a criterion required of a repository that is none', 'version: 1\nrequired: {repository: [speed]}\n', 'policyYaml.required.repository.0', /must be one of root_cause, .*got "speed"/],
  ['something else that is required', 'version: 1\nrequired: all\n', 'policyYaml.required', /must be a list of criteria, or a map of edit and repository to such lists, got "all"/],
  ['a mode that is none', 'version: 1\nmode: diff\n', 'policyYaml.mode', /must be one of new_code, whole_file, baseline, got "diff" \(line 2, column 1\)$/],
  ['a file size out of bounds', 'version: 1\nmax_file_bytes: 99999999\n', 'policyYaml.max_file_bytes', /must be at most 4194304, got 99999999/],
  ['suppressions without end', 'version: 1\nsuppressions: {max_days: 0}\n', 'policyYaml.suppressions.max_days', /must be at least 1, got 0/],
  ['an unknown setting further in', 'version: 1\ndependencies: {licenses: {}}\n', 'policyYaml.dependencies.licenses', /is not a known setting: remove it/],
  ['broken YAML', 'version: 1\nrules: [\n', 'policyYaml', /not valid YAML at line 3, column 1/],
  ['a key twice', 'version: 1\nversion: 1\n', 'policyYaml', /not valid YAML at line 2, column 1: Map keys must be unique/],
  ['an alias bomb', `a: &a [x]\n${'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}\n`, 'policyYaml', /not valid YAML/],
  ['an endless nesting', `version: ${'['.repeat(30_000)}`, 'policyYaml', /./],
  ['a huge file', `#${'x'.repeat(70_000)}`, 'policyYaml', /has 70001 bytes, more than 65536: shorten it/],
])('refuses %s', (_what, text, field, message) => {
  let thrown: unknown
  try {
    readPolicy(text)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ServiceError)
  expect(thrown).toMatchObject({ code: 'invalid_argument', reason: 'POLICY_INVALID', field, message: expect.stringMatching(message) })
  expect((thrown as ServiceError).message).toMatch(/^elder\.yaml: /)
})

test('a rule can be switched off, and made to weigh less', () => {
  const policy = readPolicy('version: 1\nrules: {ruff/S307: warning, ruff/S110: warning, ruff/F401: off}\n')
  const finding = (rule: string, changes: Partial<Finding>): Finding => ({ engine: 'ruff', rule, category: 'security', severity: 'error', cwe: '', message: '', fix: '', securitySeverity: 0, blocker: false, line: 1, column: 1, endLine: 1, endColumn: 2, fingerprint: '', ...changes })
  expect(applyPolicy(policy, weightsFor(policy, 'a.py'), finding('ruff/F401', {}))).toBeUndefined()
  expect(applyPolicy(policy, weightsFor(policy, 'a.py'), finding('ruff/S307', { securitySeverity: 8.8 }))).toMatchObject({ severity: 'warning', securitySeverity: 6.9 })
  expect(applyPolicy(policy, weightsFor(policy, 'a.py'), finding('ruff/S110', { category: 'root_cause', blocker: true }))).toMatchObject({ severity: 'warning', blocker: false })
  expect(applyPolicy(policy, weightsFor(policy, 'a.py'), finding('ruff/S102', { securitySeverity: 8 }))).toMatchObject({ severity: 'error', securitySeverity: 8, blocker: true })
})

test('a warning about a dependency blocks exactly where one of them fails the criterion', () => {
  const unlocked: Finding = { engine: 'elder', rule: 'elder/unlocked-dependency', category: 'dependencies', severity: 'warning', cwe: '', message: '', fix: '', securitySeverity: 0, blocker: false, line: 1, column: 1, endLine: 1, endColumn: 2, fingerprint: '' }
  const of = (yaml: string) => {
    const policy = readPolicy(yaml)
    const finding = applyPolicy(policy, weightsFor(policy, 'package.json'), unlocked)
    const dependencies = { state: 'measured', dependencies: 5_000, flawed: 0, sources: ['package.json'], vulnerabilities: 'osv' } as const
    const { criteria } = judge(policy, [{ path: 'package.json', lines: 1, findings: finding === undefined ? [] : [finding], analysed: true, gap: '' }], { ...nothingKnown, dependencies })
    return [finding?.blocker, criteria.find(({ criterion }) => criterion === 'dependencies')?.verdict]
  }
  expect(of('')).toEqual([true, 'fail'])
  expect(of('version: 1\nthresholds: { dependencies: 99 }\n')).toEqual([false, 'pass'])
  expect(of('version: 1\nrules: { elder/unlocked-dependency: note }\n')).toEqual([false, 'pass'])
})

test('excludes by globs', () => {
  const policy = readPolicy('version: 1\nexclude: ["dist/**", "**/*.min.js"]\n')
  expect(['dist/a/b.js', 'x/y.min.js', 'y.min.js', 'src/dist.js'].map((path) => excludes(policy, path))).toEqual(['excluded by elder.yaml', 'excluded by elder.yaml', 'excluded by elder.yaml', undefined])
})

test('looks only at what is included', () => {
  const policy = readPolicy('version: 1\ninclude: ["src/**"]\nexclude: ["**/*.gen.ts"]\n')
  expect(['src/a.ts', 'test/a.ts', 'src/a.gen.ts'].map((path) => excludes(policy, path))).toEqual([undefined, 'not included by elder.yaml', 'excluded by elder.yaml'])
})

test('the last override that fits a path wins, a rule before its criterion', () => {
  const policy = readPolicy('version: 1\nrules: { ruff/S307: error }\nseverities: { security: warning }\noverrides:\n  - { paths: ["a/**"], rules: { ruff/S307: note } }\n  - { paths: ["a/b/**"], rules: { ruff/S307: off }, severities: { security: note } }\n')
  const of = (path: string, rule: string) => applyPolicy(policy, weightsFor(policy, path), { engine: 'ruff', rule, category: 'security', severity: 'error', cwe: '', message: '', fix: '', securitySeverity: 9, blocker: false, line: 1, column: 1, endLine: 1, endColumn: 2, fingerprint: '' })?.severity
  expect(['c.py', 'a/c.py', 'a/b/c.py'].map((path) => of(path, 'ruff/S307'))).toEqual(['error', 'note', undefined])
  expect(['c.py', 'a/c.py', 'a/b/c.py'].map((path) => of(path, 'ruff/S102'))).toEqual(['warning', 'warning', 'note'])
})

test('a repository may ask more of itself than of an edit', () => {
  expect(readPolicy('version: 1\nrequired: { edit: [security], repository: [security, coverage] }\n')).toMatchObject({ required: ['security'], requiredOfRepository: ['coverage', 'security'] })
  expect(readPolicy('version: 1\nrequired: [security]\n')).toMatchObject({ required: ['security'], requiredOfRepository: ['root_cause', 'dependencies', 'coverage', 'security', 'performance', 'maintainability'] })
})

test('every setting that is documented is accepted', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const examples = [...readme.matchAll(/```yaml\n(version: 1[\s\S]*?)```/g)].map(([, text = '']) => text)
  expect(examples.length).toBeGreaterThan(0)
  for (const text of examples) expect(() => readPolicy(text)).not.toThrow()
  for (const setting of Object.keys(policySchema.shape)) expect(examples.join('\n')).toMatch(new RegExp(`^${setting}:`, 'm'))
})
