import { expect, test } from 'vitest'
import { compilePatterns, findDenied, longestMatch } from './patterns.ts'

const compiled = (...sources: string[]) => {
  const patterns = compilePatterns(sources.map((source) => ({ source, owner: "the team's policy" })))
  if (!patterns) throw new Error('no patterns')
  return patterns
}

test('a text is found wherever it stands in a long one, as long as a match may be', async () => {
  const patterns = compiled('BEGIN[a-z ]{0,1000}END')
  const denied = `BEGIN${'words and '.repeat(90)}END`
  expect(denied.length).toBeLessThan(longestMatch)
  for (const before of [0, 7_000, 16_384 - 450, 16_384, 40_000, 300_000]) {
    const text = `${'x'.repeat(before)}${denied}${'y'.repeat(200_000)}`
    expect(await findDenied(patterns, text, { leftMs: 60_000 })).toContain(denied)
    expect(await findDenied(patterns, text.replace('BEGIN', 'BEGAN'), { leftMs: 60_000 })).toBeUndefined()
  }
})

test('others get their turn while a long text is read, and a budget that is spent ends it', async () => {
  const patterns = compiled('a[ab]{200}[cd]')
  const text = 'ab'.repeat(400_000)
  let turns = 0
  const count = setInterval(() => turns++, 0)
  const reading = findDenied(patterns, text, { leftMs: 60_000 })
  await expect(reading).resolves.toBeUndefined()
  clearInterval(count)
  expect(turns).toBeGreaterThan(0)
  await expect(findDenied(patterns, text, { leftMs: 0 })).rejects.toMatchObject({ reason: 'PROMPT_NOT_CHECKED' })
})

test('a pattern has its own flags and its own name among others', () => {
  const patterns = compiled('(?i)zebra', 'a|b$', 'Lion')
  expect(['ZEBRA', 'lion', 'xb', 'bx', 'LION', 'Lion'].map((text) => patterns.test(text))).toEqual([true, false, true, false, false, true])
  expect(patterns.nameOf('a Lion')).toBe("denied pattern 2 of the team's policy")
  expect(patterns.nameOf('Lion')).toBe("denied pattern 3 of the team's policy")
})

test('a pattern that cannot be read lets nothing through', () => {
  expect(() => compiled('(')).toThrow("the team's policy holds a denied pattern that cannot be read")
})
