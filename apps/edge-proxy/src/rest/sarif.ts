import type { wholeCheck } from '../checking.ts'
import { headerOf, type Exchange } from '../exchange.ts'

export type CheckResult = Awaited<ReturnType<typeof wholeCheck>>
type Finding = CheckResult['findings'][number]
type Range = Pick<Finding, 'line' | 'column' | 'endLine' | 'endColumn'>

// Code hosts accept no more in one upload.
const maxResults = 5_000
const sourceRoot = '%SRCROOT%'
const weights: Readonly<Record<string, number>> = { error: 2, warning: 1, note: 0 }

/** Whether the client asked for SARIF. */
export function wantsSarif(exchange: Exchange): boolean {
  return headerOf(exchange.request, 'accept')?.includes('application/sarif+json') === true
}

export async function answerSarif(exchange: Exchange, check: CheckResult): Promise<void> {
  await exchange.answer(200, { 'content-type': 'application/sarif+json' }, JSON.stringify(sarifOf(check)))
}

/** A check as SARIF 2.1.0: findings, worst first, then suppressed findings. */
export function sarifOf({ findings, files, mode, verdict, policyHash, criteria }: CheckResult): object {
  const worstFirst = findings.toSorted((a, b) => (weights[b.severity] ?? 0) - (weights[a.severity] ?? 0) || (b.securitySeverity ?? 0) - (a.securitySeverity ?? 0))
  const listed = worstFirst.slice(0, maxResults)
  const suppressed = files.flatMap((file) => file.suppressed ?? []).slice(0, maxResults - listed.length)
  const results = [
    ...listed.map((finding) => ({ ...resultOf(finding), ...((mode === 'new_code' || mode === 'baseline') && { baselineState: 'new' }) })),
    ...suppressed.flatMap(({ justification, ...finding }) => (hasLocation(finding) ? [{ ...resultOf(finding), suppressions: [{ kind: 'inSource', status: 'accepted', justification }] }] : [])),
  ]
  const notifications = [
    ...files.filter(({ status }) => status === 'not_analysed').map(({ path, reason }) => ({ level: 'warning', message: { text: `not analysed: ${reason ?? 'no reason given'}` }, locations: [{ physicalLocation: { artifactLocation: artifact(path) } }] })),
    ...(findings.length > listed.length ? [{ level: 'note', message: { text: `${findings.length - listed.length} less severe findings are left out` } }] : []),
  ]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Elder', rules: [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [sourceRoot]: { description: { text: 'The root of the repository.' } } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        results,
        properties: { verdict, policyHash, criteria },
      },
    ],
  }
}

const hasLocation = (finding: Partial<Finding>): finding is Finding => finding.file !== undefined

function resultOf({ file, line, column, endLine, endColumn, rule, severity, message, fix, fingerprint, flow = [], edits = [], category, confidence, securitySeverity }: Finding) {
  const at = (range: Range) => ({ physicalLocation: { artifactLocation: artifact(file), region: region(range) } })
  return {
    ruleId: rule,
    level: severity,
    message: { text: fix === undefined ? message : `${message}\n${fix}` },
    locations: [at({ line, column, endLine, endColumn })],
    ...(fingerprint !== undefined && { partialFingerprints: { 'elderFingerprint/v1': fingerprint } }),
    ...(flow.length > 0 && { codeFlows: [{ threadFlows: [{ locations: flow.map((step) => ({ location: { ...at(step), message: { text: step.message } } })) }] }] }),
    ...(edits.length > 0 && {
      fixes: [{ description: { text: fix ?? 'Fixes it.' }, artifactChanges: [{ artifactLocation: artifact(file), replacements: edits.map((edit) => ({ deletedRegion: region(edit), insertedContent: { text: edit.text } })) }] }],
    }),
    properties: { category, ...(confidence !== undefined && { confidence }), ...(securitySeverity !== undefined && { 'security-severity': securitySeverity.toFixed(1) }) },
  }
}

function region({ line, column, endLine, endColumn }: Range): object {
  const [startLine, startColumn] = [Math.max(1, line), Math.max(1, column)]
  return { startLine, startColumn, endLine: Math.max(startLine, endLine), endColumn: Math.max(1, endColumn) }
}

const artifact = (path: string) => ({ uri: path.split('/').map((part) => encodeURIComponent(part)).join('/'), uriBaseId: sourceRoot })
