import { Session } from 'node:inspector/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ruleExamples } from '../gen/rule-examples.ts'
import { rules } from '../gen/rules.ts'
import { readSource } from '../src/source-file.ts'

// What a file costs must grow with its length and not with its square. V8 counts how often each part of our code runs for an example that is repeated, and for
// one repeated twice as often: what looks at everything once for each thing it finds runs four times as often.
const times = 12
const most = 3
const longestExample = 2_500
// What runs less often costs nothing.
const fewest = 20 * times

const session = new Session()
beforeAll(async () => {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
})
afterAll(() => session.disconnect())

/** How often each part of our code runs. */
async function countsOf(file: string, text: string, copies: number): Promise<ReadonlyMap<string, number>> {
  // Loaded after the counting has begun.
  const { loadAnalyser } = await import('../src/file-analyser.ts')
  const separator = /\.ya?ml$/.test(file) ? '\n---\n' : '\n'
  const source = readSource(file, Buffer.from(Array.from({ length: copies }, () => text).join(separator)))
  if (source.kind !== 'text') throw new Error(`${file} cannot be read: ${source.reason}`)
  const { extension, bareName, fileClass, language } = source
  const analyse = await loadAnalyser(language)
  await session.post('Profiler.takePreciseCoverage')
  await analyse({ text: source.text, extension, bareName, fileClass, language })
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const own = result.filter(({ url }) => url.includes('/apps/quality-check/src/'))
  return new Map(own.flatMap(({ url, functions }) => functions.flatMap(({ functionName, ranges }) => ranges.map(({ startOffset, endOffset, count }) => [`${url.replace(/.*\/src\//, '')} ${functionName} ${startOffset}-${endOffset}`, count] as const))))
}

const examples = rules.flatMap(({ id, kind }) => (kind === 'dockerfile' ? [] : (ruleExamples[id] ?? []).map((example) => ({ id, ...example })))).filter(({ text }) => text.length < longestExample)

test.each(examples)('twice as much of $id ($file) is twice the work', async ({ file, text }) => {
  await countsOf(file, text, 2)
  const once = await countsOf(file, text, times)
  const twice = await countsOf(file, text, 2 * times)
  // V8 forgets the counts of a function that it inlines.
  const growing = [...twice].filter(([place, count]) => count > fewest && (once.get(place) ?? 0) > 0 && count > most * (once.get(place) as number)).map(([place, count]) => `${place}: ${once.get(place)} to ${count}`)
  expect(growing).toEqual([])
})
