import { worstFirst, type CheckReport, type Finding, type Range } from '../checking/report.ts'
import { CommandError } from '../command.ts'
import type { RuleDescription } from '../rules.ts'
import { printable } from '../terminal.ts'
import type { Format } from './format.ts'

/** SARIF 2.1.0, in the form that code hosts accept. */
export const format: Format = {
  async report(report, { terminal, pathOf, withEdge }) {
    const [{ fetchRules }, { default: pkg }] = await Promise.all([import('../rules.ts'), import('../../package.json', { with: { type: 'json' } })])
    // The results are useful even without descriptions of the rules.
    const rules = await withEdge(fetchRules).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error
      terminal.note(`elder: the descriptions of the rules are missing: ${error.message}`)
      return []
    })
    terminal.json(sarifLog(report, { rules, version: pkg.version, pathOf }))
  },
}

export interface SarifParts {
  readonly rules: readonly RuleDescription[]
  readonly version: string
  pathOf(name: string): string
}

interface ReportingDescriptor {
  readonly id: string
  readonly [property: string]: unknown
}

// The limit of code hosts for one upload.
const maxResults = 5_000
const sourceRoot = '%SRCROOT%'

function sarifLog(report: CheckReport, parts: SarifParts): object {
  const results = worstFirst(report.findings).slice(0, maxResults)
  const suppressed = report.files.flatMap(({ path, suppressed: some = [] }) => some.map((each) => ({ ...each, file: path }))).slice(0, maxResults - results.length)
  const used = new Set([...results, ...suppressed].map(({ rule }) => rule))
  const described = parts.rules.filter(({ rule }) => used.has(rule))
  const known = new Set(described.map(({ rule }) => rule))
  const rules: ReportingDescriptor[] = [...described.map(describeRule), ...[...used].filter((rule) => !known.has(rule)).map((id) => ({ id }))]
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]))
  const placeOf = ({ rule, file }: Finding) => ({ ruleIndex: indexOf.get(rule) ?? -1, path: parts.pathOf(file) })
  const notAnalysed = report.files.filter(({ status }) => status === 'not_analysed')
  const leftOut = report.findings.length - results.length
  const notifications = [
    ...notAnalysed.map(({ path, reason }) => ({ level: 'warning', message: { text: `not analysed: ${reason ?? 'no reason given'}` }, locations: [{ physicalLocation: { artifactLocation: artifact(parts.pathOf(path)) } }] })),
    ...(leftOut > 0 ? [{ level: 'note', message: { text: `${leftOut} less severe findings are left out` } }] : []),
  ]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Elder', semanticVersion: parts.version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [sourceRoot]: { description: { text: 'The root of the repository.' } } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        results: [
          ...results.map((finding) => toResult(finding, report.mode, placeOf(finding))),
          ...suppressed.map((finding) => ({ ...toResult(finding, undefined, placeOf(finding)), suppressions: [{ kind: 'inSource', status: 'accepted', justification: finding.justification }] })),
        ],
        properties: { verdict: report.verdict, policyHash: report.policyHash, criteria: report.criteria },
      },
    ],
  }
}

function describeRule({ rule, title, why, fix, severity, securitySeverity, confidence, category, cwe }: RuleDescription): ReportingDescriptor {
  const help = [why, fix].filter((text) => text !== undefined).join(' ')
  return {
    id: rule,
    name: rule.split('/').at(-1),
    shortDescription: { text: title },
    ...(why !== undefined && { fullDescription: { text: why } }),
    ...(help !== '' && { help: { text: help } }),
    defaultConfiguration: { level: severity },
    properties: {
      category,
      tags: [category, ...(cwe === undefined ? [] : [`external/cwe/${cwe.toLowerCase()}`])],
      ...(confidence !== undefined && { precision: confidence }),
      ...(securitySeverity !== undefined && { 'security-severity': securitySeverity.toFixed(1) }),
    },
  }
}

function toResult(finding: Finding, mode: string | undefined, { ruleIndex, path }: { ruleIndex: number; path: string }): object {
  const { rule, severity, message, fix, fingerprint, flow = [], edits = [], confidence, securitySeverity } = finding
  const at = (range: Range) => ({ physicalLocation: { artifactLocation: artifact(path), region: region(range) } })
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: fix === undefined ? message : `${message}\n${fix}` },
    locations: [at(finding)],
    ...(fingerprint !== undefined && { partialFingerprints: { 'elderFingerprint/v1': fingerprint } }),
    // Existing findings are counted, not listed.
    ...(mode === 'new_code' || mode === 'baseline' ? { baselineState: 'new' } : {}),
    ...(flow.length > 0 && { codeFlows: [{ threadFlows: [{ locations: flow.map((step) => ({ location: { ...at(step), message: { text: step.message } } })) }] }] }),
    ...(edits.length > 0 && {
      fixes: [{ description: { text: fix ?? 'Fixes it.' }, artifactChanges: [{ artifactLocation: artifact(path), replacements: edits.map((edit) => ({ deletedRegion: region(edit), insertedContent: { text: edit.text } })) }] }],
    }),
    properties: { category: finding.category, ...(confidence !== undefined && { confidence }), ...(securitySeverity !== undefined && { 'security-severity': securitySeverity.toFixed(1) }) },
  }
}

function region({ line, column, endLine, endColumn }: Range): object {
  const [startLine, startColumn] = [Math.max(1, line), Math.max(1, column)]
  return { startLine, startColumn, endLine: Math.max(startLine, endLine), endColumn: Math.max(1, endColumn) }
}

function artifact(path: string): object {
  return { uri: path.split('/').map((part) => encodeURIComponent(printable(part))).join('/'), uriBaseId: sourceRoot }
}
