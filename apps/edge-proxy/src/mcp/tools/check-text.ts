import type { wholeCheck } from '../../checking.ts'
import type { findingShape } from '../../rest/check-shapes.ts'

export type CheckResult = Awaited<ReturnType<typeof wholeCheck>>
type ShownFinding = ReturnType<typeof findingShape>

// A model cannot fix more in one step.
const maxFindings = 60

/** The verdict, then one line for each finding. */
export function checkText(about: string, { verdict, criteria, files, findings }: CheckResult): string {
  const lines = [`verdict: ${verdict}${findings.length === 0 ? ', nothing found' : ''} (${about})`]
  for (const finding of findings.slice(0, maxFindings)) lines.push(findingText(finding))
  if (findings.length > maxFindings) lines.push(`and ${findings.length - maxFindings} more findings: fix these first, then check again`)
  for (const file of files) {
    if (file.status === 'not_analysed') lines.push(`${file.path} was not analysed: ${file.reason ?? 'no reason given'}`)
    if (file.existingFindings > 0) lines.push(`${file.path} has ${file.existingFindings} older findings, which do not count and are not listed`)
  }
  for (const criterion of criteria) if (criterion.verdict === 'fail') lines.push(criterionText(criterion))
  return lines.join('\n')
}

export function criterionText({ name, score, threshold, verdict, reason }: CheckResult['criteria'][number]): string {
  const measured = verdict === 'not_evaluated' ? 'not evaluated' : `${verdict === 'fail' ? 'failed' : 'passed'}: ${score ?? 'no score'} of at least ${threshold}`
  return `criterion ${name} ${measured}${reason === undefined ? '' : `, ${reason}`}`
}

/** All that a model needs to fix a finding, including the path from source to sink. */
export function findingText({ file, line, column, severity, rule, message, flow, fix }: ShownFinding): string {
  const path = flow === undefined ? '' : ` Path: ${flow.map((step) => `${step.message} (line ${step.line})`).join(' -> ')}.`
  return `${file}:${line}:${column} ${severity} ${rule} ${message}${path}${fix === undefined ? '' : ` Fix: ${fix}`}`
}
