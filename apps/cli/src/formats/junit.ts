import { byPlace, type CheckReport, type Finding } from '../checking/report.ts'
import type { Format } from './format.ts'

/** JUnit's XML: a suite for each file, a failed case for each finding, a passed one where there is none. */
export const format: Format = {
  report: (report, { terminal }) => terminal.print(junitXml(report)),
}

function junitXml({ files, findings }: CheckReport): string {
  const byFile = Map.groupBy(byPlace(findings), ({ file }) => file)
  // A finding may lie in a file that was not sent, such as a report on the whole repository.
  const names = [...new Set([...files.map(({ path }) => path), ...byFile.keys()])]
  const suites = names.map((name) => suite(name, byFile.get(name) ?? [], files.find(({ path }) => path === name)))
  const skipped = files.filter(({ status }) => status === 'not_analysed').length
  const failures = findings.filter(isFailure).length
  return [`<?xml version="1.0" encoding="UTF-8"?>`, `<testsuites name="elder check" tests="${suites.reduce((sum, { tests }) => sum + tests, 0)}" failures="${failures}" errors="0" skipped="${skipped}">`, ...suites.flatMap(({ lines }) => lines), '</testsuites>'].join('\n')
}

// A note is advice: a failed test would say more than the gate does.
const isFailure = ({ severity }: Finding) => severity !== 'note'

function suite(name: string, findings: readonly Finding[], file: CheckReport['files'][number] | undefined): { tests: number; lines: string[] } {
  const notAnalysed = file?.status === 'not_analysed'
  const cases = notAnalysed
    ? [`    <testcase classname=${quoted(name)} name="analysed"><skipped message=${quoted(file.reason ?? 'no reason given')}/></testcase>`]
    : findings.length === 0
      ? [`    <testcase classname=${quoted(name)} name="no findings"/>`]
      : findings.map((finding) => testCase(name, finding))
  const failures = findings.filter(isFailure).length
  return { tests: cases.length, lines: [`  <testsuite name=${quoted(name)} tests="${cases.length}" failures="${failures}" errors="0" skipped="${notAnalysed ? 1 : 0}">`, ...cases, '  </testsuite>'] }
}

function testCase(name: string, finding: Finding): string {
  const { line, column, rule, severity, message, fix, flow = [] } = finding
  const way = flow.map((step) => `  line ${step.line}: ${step.message}`)
  const text = [`${name}:${line}:${column}: ${message}`, ...way, ...(fix === undefined ? [] : [fix])].join('\n')
  const outcome = isFailure(finding) ? `<failure type=${quoted(severity)} message=${quoted(message)}>${escapeXml(text)}</failure>` : `<system-out>${escapeXml(text)}</system-out>`
  return `    <testcase classname=${quoted(name)} name=${quoted(`${rule} at ${line}:${column}`)}>${outcome}</testcase>`
}

const quoted = (text: string) => `"${escapeXml(text).replace(/[\n\t]/g, ' ')}"`

/** XML 1.0 knows no control characters, not even escaped. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
