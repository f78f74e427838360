import { setFlagsFromString } from 'node:v8'
import { expect, test } from 'vitest'
import { ruleExamples } from '../gen/rule-examples.ts'
import { createWorkerPool } from '../src/engines/worker-pool.ts'
import { readSource } from '../src/source-file.ts'

const examples = Object.values(ruleExamples).flat().flatMap(({ file, text }) => {
  const source = readSource(file, Buffer.from(text))
  return source.kind === 'text' ? [{ file, source }] : []
})

/** What a new thread finds in each example. */
async function findInAll(): Promise<string[]> {
  const pool = createWorkerPool({ entry: new URL('../src/analysis-worker.ts', import.meta.url), threads: 1, timeLimitMs: 60_000, startLimitMs: 60_000, onReplaced: () => undefined })
  const { signal } = new AbortController()
  try {
    return await Promise.all(
      examples.map(async ({ file, source: { text, extension, bareName, fileClass, language } }) => {
        const { seen, failures } = await pool.run({ text, extension, bareName, fileClass, language }, { urgent: false, weight: 1 }, signal, () => undefined)
        return `${file}: ${seen.map(({ engine, rule, line, advice = false }) => `${engine}/${rule} ${line} ${advice}`).join(', ')} ${failures.join()}`
      }),
    )
  } finally {
    await pool.close()
  }
}

// A thread that has compiled 1 MB of expressions, and has 16 MB of code in all, no longer optimises those that it compiles from then on.
test('what is found does not depend on whether V8 optimises an expression', { timeout: 120_000 }, async () => {
  const usual = await findInAll()
  setFlagsFromString('--no-regexp-optimization')
  try {
    expect(await findInAll()).toEqual(usual)
  } finally {
    setFlagsFromString('--regexp-optimization')
  }
})
