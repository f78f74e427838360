import { byPlace, type CheckedFile, type CheckReport, type CriterionResult, type Finding } from '../checking/report.ts'
import type { Format } from './format.ts'

/** JUnit XML: a suite for the gate with a case for each criterion, and one for each file with a case for each finding. A finding that fails no criterion passes. */
export const format: Format = {
  report: (report, { terminal }) => terminal.print(junitXml(report)),
}

function junitXml({ criteria, files, findings }: CheckReport): string {
  const byFile = Map.groupBy(byPlace(findings), ({ file }) => file)
  // A finding may be in a file that was not sent, as in a report on the whole repository.
  const names = [...new Set([...files.map(({ path }) => path), ...byFile.keys()])]
  const sent = new Map(files.map((file) => [file.path, file]))
  const failed = new Set(criteria.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name))
  // A note is advice: a failed test case would be stricter than the gate.
  const isFailure = ({ severity, category }: Finding) => severity !== 'note' && failed.has(category)
  const suites = [suite('Iron Will', criteria.map(criterionCase)), ...names.map((name) => suite(name, fileCases(name, byFile.get(name) ?? [], sent.get(name), isFailure)))]
  const count = (outcome: Outcome | undefined) => suites.reduce((sum, { cases }) => sum + cases.filter((each) => outcome === undefined || each.outcome === outcome).length, 0)
  return [`<?xml version="1.0" encoding="UTF-8"?>`, `<testsuites name="elder check" tests="${count(undefined)}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}">`, ...suites.flatMap(({ lines }) => lines), '</testsuites>'].join('\n')
}

type Outcome = 'passed' | 'failed' | 'skipped'
interface Case {
  readonly outcome: Outcome
  readonly line: string
}

function suite(name: string, cases: readonly Case[]): { cases: readonly Case[]; lines: string[] } {
  const count = (wanted: Outcome) => cases.filter(({ outcome }) => outcome === wanted).length
  return { cases, lines: [`  <testsuite name=${quoted(name)} tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}">`, ...cases.map(({ line }) => line), '  </testsuite>'] }
}

function criterionCase({ name, score, threshold, verdict, reason = '' }: CriterionResult): Case {
  const said = `${score === null ? 'no score' : Math.floor(score)}, needs ${threshold}${reason === '' ? '' : `: ${reason}`}`
  if (verdict === 'fail') return { outcome: 'failed', line: caseOf('Iron Will', name, `<failure type="gate" message=${quoted(said)}/>`) }
  return verdict === 'pass' ? { outcome: 'passed', line: caseOf('Iron Will', name, '') } : { outcome: 'skipped', line: caseOf('Iron Will', name, `<skipped message=${quoted(said)}/>`) }
}

function fileCases(name: string, findings: readonly Finding[], file: CheckedFile | undefined, isFailure: (finding: Finding) => boolean): Case[] {
  if (file?.status === 'not_analysed') return [{ outcome: 'skipped', line: caseOf(name, 'analysed', `<skipped message=${quoted(file.reason ?? 'no reason given')}/>`) }, ...findings.map((finding) => findingCase(name, finding, isFailure(finding)))]
  if (findings.length === 0) return [{ outcome: 'passed', line: caseOf(name, 'no findings', '') }]
  return findings.map((finding) => findingCase(name, finding, isFailure(finding)))
}

function findingCase(name: string, { line, column, rule, severity, message, fix, flow = [] }: Finding, isFailure: boolean): Case {
  const way = flow.map((step) => `  line ${step.line}: ${step.message}`)
  const text = [`${name}:${line}:${column}: ${message}`, ...way, ...(fix === undefined ? [] : [fix])].join('\n')
  const said = isFailure ? `<failure type=${quoted(severity)} message=${quoted(message)}>${escapeXml(text)}</failure>` : `<system-out>${escapeXml(text)}</system-out>`
  return { outcome: isFailure ? 'failed' : 'passed', line: caseOf(name, `${rule} at ${line}:${column}`, said) }
}

const caseOf = (className: string, name: string, content: string) => `    <testcase classname=${quoted(className)} name=${quoted(name)}${content === '' ? '/>' : `>${content}</testcase>`}`

const quoted = (text: string) => `"${escapeXml(text).replace(/[\n\t]/g, ' ')}"`

/** XML 1.0 allows no control characters, not even escaped. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
