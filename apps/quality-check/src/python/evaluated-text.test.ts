import { expect, test } from 'vitest'
import type { PythonModule, PythonNode } from './ast.ts'
import { foreignEvaluations } from './evaluated-text.ts'
import { eachChild } from './nodes.ts'
import { parsePython } from './parse.ts'

test.each([
  ['however long the way that it takes', ['a0 = input()', ...Array.from({ length: 40 }, (_, index) => `a${index + 1} = a${index}`), 'eval(a40)'], true],
  ['through a circle of names', ['a = b', 'b = a', 'c = eval(b)', 'a = input()'], true],
  ['and not where nothing comes into the circle', ['a = b', 'b = a', 'eval(a)'], false],
  ['from the function around', ['def work_out(sum):', '    return lambda: eval(sum)'], true],
  ['by the nearest of two like names', ['sum = input()', 'def work_out():', '    sum = "1 + 1"', '    return eval(sum)'], false],
])('a text of others is found %s', (_, lines, expected) => {
  expect(foreignEvaluations(moduleOf(lines)).length > 0).toBe(expected)
})

test('names that are bound to one another again and again are read in steps that grow with the file', () => {
  const steps = (times: number) => stepsOver(moduleOf(Array.from({ length: times }, (_, index) => `a = a + b\nb = a or c${index}\nc${index} = b\neval(c${index})`)))
  expect(steps(400)).toBeLessThan(steps(200) * 2.1)
})

function moduleOf(lines: readonly string[]): PythonModule {
  const parsed = parsePython(`${lines.join('\n')}\n`)
  if (parsed.error !== undefined) throw new Error(parsed.error.message)
  return parsed.module
}

/** How often nodes are asked what they are. */
function stepsOver(module: PythonModule): number {
  let steps = 0
  count(module)
  foreignEvaluations(module)
  return steps

  function count(node: PythonNode): void {
    eachChild(node, count)
    const { type } = node
    Object.defineProperty(node, 'type', {
      get() {
        steps++
        return type
      },
    })
  }
}
