import * as z from 'zod'
import { criterionNames, engineNames } from '../finding.ts'
import { ruleProblem } from '../rules/known-rules.ts'
import { checkModes, levels, vulnerabilityLevels } from './settings.ts'

export const oneOf = (values: readonly string[]): string => `must be one of ${values.join(', ')}`

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= 80 ? text : `${text.slice(0, 79).toWellFormed()}…`
}

const got = (what: string) => ({ error: ({ input }: { readonly input?: unknown }) => `${what}, got ${show(input)}` })
const choice = <const T extends readonly [string, ...string[]]>(values: T) => z.enum(values, got(oneOf(values)))
const listOf = <T extends z.ZodType>(item: T, what: string, longest: number) => z.array(item, got(`must be a list of ${what}`)).max(longest, `must have at most ${longest} entries`)

const level = z.enum(levels, { error: ({ input }) => `${oneOf(levels)}, got ${show(input)}${input === false ? ' (in YAML an unquoted "no" is text and "false" is not: write off)' : ''}` })
const criterion = choice(criterionNames)
const threshold = z.number(got('must be a number from 0 to 100')).min(0, got('must be from 0 to 100')).max(100, got('must be from 0 to 100'))
const ruleName = new RegExp(`^(${engineNames.join('|')})/[\\w/-]+$`)
const glob = z
  .string(got('must be a glob such as "dist/**"'))
  .min(1, 'must not be empty: remove the line')
  .max(256, 'must have at most 256 characters')
  .refine((text) => !/[{}[\]!\\]/.test(text), { error: ({ input }) => `may use *, ? and ** only, got ${show(input)}: write one glob for each alternative` })
const globs = listOf(glob, 'globs', 100)
const criteria = listOf(criterion, 'criteria', 20)
const map = (known: string) => ({ error: ({ input }: { readonly input?: unknown }) => (isMap(input) ? undefined : `must be a map of ${known}, got ${show(input)}`) })
const isMap = (input: unknown) => typeof input === 'object' && input !== null && !Array.isArray(input)

const rules = z
  .record(z.string(), level, got(`must map rules to ${levels.join(', ')}`))
  .refine((entries) => Object.keys(entries).length <= 500, 'must have at most 500 entries')
  .superRefine((entries, context) => {
    for (const name of Object.keys(entries)) {
      const problem = ruleName.test(name) ? ruleProblem(name) : `is not a rule: write <engine>/<rule> as findings show it, the engine ${oneOf(engineNames)}`
      if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem })
    }
  })
const severities = z.partialRecord(criterion, level, got('must map criteria to severities'))
const names = listOf(z.string(got('must be a name')).min(1).max(256), 'names', 500)

/** elder.yaml, version 1. Only `version` is required. */
export const policySchema = z.strictObject(
  {
    version: z.literal(1, got('must be 1')).describe('The version of this file format.'),
    required: z
      .union([criteria, z.strictObject({ edit: criteria.optional(), repository: criteria.optional() })], { error: ({ input }) => `must be a list of criteria, or a map of edit and repository to such lists, got ${show(input)}` })
      .optional()
      .describe('Criteria that must pass. A list applies to checks of some files; a map has one list for edits and one for whole repositories.'),
    thresholds: z.partialRecord(criterion, threshold, got('must map criteria to numbers')).optional().describe('The lowest score with which a criterion passes.'),
    rules: rules.optional().describe('The severity of a rule, named <engine>/<rule>; off: it is not reported.'),
    severities: severities.optional().describe('The severity of findings whose rule is not named under rules, by criterion.'),
    overrides: listOf(z.strictObject({ paths: globs.min(1, 'must name at least one glob'), rules: rules.optional(), severities: severities.optional() }, map('paths, rules, severities')), 'overrides', 50)
      .optional()
      .describe('Other severities for some paths; the last entry that matches wins.'),
    include: globs.optional().describe('Only these paths are checked.'),
    exclude: globs.optional().describe('These paths are not checked.'),
    mode: choice(checkModes).optional().describe('The mode of a check that names neither a mode nor changes.'),
    max_file_bytes: z.int(got('must be a whole number of bytes')).min(1_024, got('must be at least 1024')).max(4_194_304, got('must be at most 4194304')).optional().describe('Larger files are not analysed.'),
    dependencies: z
      .strictObject(
        {
          vulnerabilities: choice(vulnerabilityLevels).optional().describe('The lowest level at which a known vulnerability counts.'),
          licences: z.strictObject({ allow: names.optional(), deny: names.optional() }, map('allow, deny')).optional().describe('SPDX identifiers of licences.'),
          ignore: names.optional().describe('Packages that are never reported as unused, undeclared or vulnerable.'),
        },
        map('vulnerabilities, licences, ignore'),
      )
      .optional(),
    coverage: z.strictObject({ reports: globs.optional().describe('Paths of coverage reports.') }, map('reports')).optional(),
    suppressions: z.strictObject({ max_days: z.int(got('must be a whole number of days')).min(1, got('must be at least 1')).max(3_650, got('must be at most 3650')).optional().describe('The longest validity of an elder-ignore comment, which must then name its expiry date.') }, map('max_days')).optional(),
  },
  { error: ({ input }) => (isMap(input) ? undefined : `must be a map that begins with "version: 1", got ${show(input)}`) },
)

export type PolicyFile = z.infer<typeof policySchema>
