/**
 * Tells how right the gate is about sets of code whose flaws are known, with the engines of the service in this process.
 * usage: node tools/bench/quality/score.ts DIR [--rules PREFIX[,PREFIX]] [--counting] [--blocking] [--json]
 */
import { parseArgs } from 'node:util'
import { scoreEditPairs } from './score/edit-pairs.ts'
import { scoreExpectedResults } from './score/expected-results.ts'
import { openGate } from './score/gate.ts'
import { scoreInlineLabels } from './score/inline-labels.ts'
import { scoreLabelledLists } from './score/labelled-lists.ts'
import type { Score } from './score/rates.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rules: { type: 'string', default: '' }, counting: { type: 'boolean', default: false }, blocking: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
const [folder] = positionals
if (folder === undefined) {
  console.error('usage: node tools/bench/quality/score.ts DIR [--rules PREFIX[,PREFIX]] [--counting] [--blocking] [--json]')
  process.exit(2)
}
const prefixes = values.rules.split(',')
const gate = openGate(({ rule, severity, blocker }) => prefixes.some((prefix) => rule.startsWith(prefix)) && !(values.counting && severity === 'note') && (blocker || !values.blocking))
try {
  const scores = { ...(await scoreExpectedResults(folder, gate)), ...(await scoreInlineLabels(folder, gate)), ...(await scoreLabelledLists(folder, gate)), ...(await scoreEditPairs(folder, gate)) }
  if (values.json) console.log(JSON.stringify(scores, null, 2))
  else show(scores)
} finally {
  await gate.close()
}

function show(scores: Readonly<Record<string, Score>>): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(9)
  console.log(`${''.padEnd(48)} flawed  sound  recall    false alarms  precision  F1        score`)
  for (const [name, { truePositives, falseNegatives, falsePositives, trueNegatives, recall, falseAlarmRate, precision, f1, score }] of Object.entries(scores)) {
    const sizes = [truePositives + falseNegatives, falsePositives + trueNegatives].map((size) => String(size).padStart(6)).join(' ')
    console.log(`${name.padEnd(48)} ${sizes}${percent(recall)}  ${percent(falseAlarmRate)}     ${percent(precision)} ${percent(f1)} ${percent(score)}`)
  }
}
