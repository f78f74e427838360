import { expect, test } from 'vitest'
import { foreignEvaluations } from './evaluated-text.ts'
import { parsePython } from './parse.ts'

test.each([
  ['that is handed to the function around', true, ['def work_out(sum):', '    return eval(sum)']],
  ['that is typed', true, ['eval(input())']],
  ['that the function may have looked at', false, ['def work_out(sum):', '    sum = checked(sum)', '    return eval(sum)']],
  ['that is the program’s own', false, ['sum = "1 + 1"', 'eval(sum)']],
  ['that may use no names but those given', false, ['def work_out(sum):', '    return eval(sum, {})']],
])('an evaluated text %s is foreign: %s', (_, expected, lines) => {
  const parsed = parsePython(`${lines.join('\n')}\n`)
  if (parsed.error !== undefined) throw new Error(parsed.error.message)
  expect(foreignEvaluations(parsed.module).length > 0).toBe(expected)
})
