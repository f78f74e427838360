import { expect, test } from 'vitest'
import type { Language } from '../source-file.ts'
import { weakenedTests, type Replacement } from './weakened-tests.ts'

/** A change as a diff shows it, with all lines around it: "-" was taken away, "+" is new. */
function weakened(language: Language, change: string): string[] {
  const text: string[] = []
  const replacements: { line: number; added: number; removed: string[] }[] = []
  let open: { line: number; added: number; removed: string[] } | undefined
  for (const line of change.replace(/^\n/, '').split('\n')) {
    const rest = line.slice(1)
    if (!/^[-+]/.test(line)) open = undefined
    else if (open === undefined) replacements.push((open = { line: text.length + 1, added: 0, removed: [] }))
    if (line.startsWith('-')) open?.removed.push(rest)
    else text.push(rest)
    if (line.startsWith('+') && open !== undefined) open.added++
  }
  return weakenedTests(text.join('\n'), language, replacements satisfies readonly Replacement[]).map(({ line, message }) => `${line}: ${message}`)
}

test.each<[string, Language, string, string]>([
  ['an exact value that became anything', 'javascript', `
 it('adds', () => {
   const basket = add(empty, pen)
-  expect(basket.lines).toEqual([pen])
+  expect(basket.lines).toBeDefined()
 })`, '3: "expect(basket.lines).toEqual([pen])" became "expect(basket.lines).toBeDefined()", which asks for less'],
  ['an error of any kind', 'javascript', `
 it('refuses', async () => {
-  await expect(pay(0)).rejects.toThrow(/amount/)
+  await expect(pay(0)).rejects.toThrow()
 })`, '2: "await expect(pay(0)).rejects.toThrow(/amount/)" became "await expect(pay(0)).rejects.toThrow()", which asks for less'],
  ['assertions that became comments', 'javascript', `
 test('sends', async () => {
   const answer = await send()
-  expect(answer.status).toBe(201)
+  // expect(answer.status).toBe(201)
   expect(answer).toBeTruthy()
 })`, '3: an assertion became a comment: "expect(answer.status).toBe(201)"'],
  ['the last assertion taken away', 'javascript', `
 it('sends', async () => {
   const answer = await send()
-  expect(answer.status).toBe(201)
 })`, '3: the test is left without any assertion; there was "expect(answer.status).toBe(201)"'],
  ['a test that was emptied', 'javascript', `
 it('reads', () => {
-  expect(parse('1')).toBe(1)
 })`, '2: the test is left without any assertion; there was "expect(parse(\'1\')).toBe(1)"'],
  ['a test that was emptied but for a comment', 'go', `
 func TestOf(t *testing.T) {
-	assert.Equal(t, 9000, Of(10))
+	// passes
 }`, '2: the test is left without any assertion; there was "assert.Equal(t, 9000, Of(10))"'],
  ['a strict comparison of node:assert', 'javascript', `
 test('reads', () => {
-  assert.strictEqual(parse('1'), 1)
+  assert.ok(parse('1'))
 })`, '2: "assert.strictEqual(parse(\'1\'), 1)" became "assert.ok(parse(\'1\'))", which asks for less'],
  ['a value that is only looked for', 'python', `
 def test_total():
-    assert total([1, 2]) == 3
+    assert total([1, 2])
`, '2: "assert total([1, 2]) == 3" became "assert total([1, 2])", which asks for less'],
  ['unittest', 'python', `
 class TotalTest(TestCase):
     def test_total(self):
-        self.assertEqual(self.total, 3)
+        self.assertIsNotNone(self.total)
`, '3: "self.assertEqual(self.total, 3)" became "self.assertIsNotNone(self.total)", which asks for less'],
  ['a comment in Python', 'python', `
 def test_total():
     result = total([1, 2])
-    assert result == 3
+    # assert result == 3
`, '3: an assertion became a comment: "assert result == 3"'],
  ['a test of Go that asks nothing any more', 'go', `
 func TestOf(t *testing.T) {
 	got := Of(10)
-	if got != 9000 {
-		t.Errorf("Of(10) = %d", got)
-	}
+	_ = got
 }`, '3: the test is left without any assertion; there was "t.Errorf("…", got)"'],
  ['Java', 'java', `
   @Test
   void adds() {
     var sum = Sums.add(1, 2);
-    assertEquals(3, sum);
+    assertNotNull(sum);
   }`, '4: "assertEquals(3, sum);" became "assertNotNull(sum);", which asks for less'],
])('tells %s', (_what, language, change, said) => {
  expect(weakened(language, change)).toEqual([said])
})

test('quotes no value that may be a secret', () => {
  const change = (line: string) => `
 it('signs in', () => {
-  ${line}
+  // ${line}
   expect(key).toBeTruthy()
 })`
  const quoted = ["expect(login('hunter2')).toBe(true)", 'expect(login("a", `hunter2 ${1}`)).toBe("x\\"hunter2")', "expect(login('hunter2", 'expect(login).toBe(hunter2hunter2hunter2)']
  expect(quoted.flatMap((line) => weakened('javascript', change(line)))).toEqual([
    '2: an assertion became a comment: "expect(login(\'…\')).toBe(true)"',
    '2: an assertion became a comment: "expect(login("a", `…`)).toBe("…")"',
    '2: an assertion became a comment: "expect(login(\'…"',
    '2: an assertion became a comment: "expect(login).toBe(…)"',
  ])
})

test.each<[string, Language, string]>([
  ['another expected value', 'javascript', `
 it('rounds', () => {
-  expect(round(2.5)).toBe(3)
+  expect(round(2.5)).toBe(2)
 })`],
  ['an assertion that asks for more', 'javascript', `
 it('adds', () => {
-  expect(basket.lines).toBeDefined()
+  expect(basket.lines).toEqual([pen])
 })`],
  ['one that asks first whether there is anything', 'javascript', `
 it('adds', () => {
-  expect(basket.line).toEqual(pen)
+  expect(basket.line).toBeDefined()
+  expect(basket.line.sku).toBe('pen')
 })`],
  ['tests that became rows of a table', 'javascript', `
-it('reads one', () => {
-  expect(parse('1')).toBe(1)
-})
-it('reads two', () => {
-  expect(parse('2')).toBe(2)
+it.each([['1', 1], ['2', 2]])('reads %s', (text, number) => {
+  expect(parse(text)).toBe(number)
 })`],
  ['a test that went with what it tested', 'javascript', `
 it('reads', () => {
   expect(parse('1')).toBe(1)
 })
 
-it('writes', () => {
-  expect(format(1)).toBe('1')
-})
`],
  ['a test that went from behind one that never asserted', 'javascript', `
 it('reads', () => {
   parse('1')
 })
 
-it('writes', () => {
-  expect(format(1)).toBe('1')
-})
`],
  ['a test that went from behind one that never asserted, in Python', 'python', `
 def test_reads():
     parse("1")
 
-def test_writes():
-    assert write(1) == "1"
 
 def test_sends():
     assert send() == 1
`],
  ['a test of one line that went from behind another', 'javascript', `
 it('reads', () => expect(parse('1')).toBe(1))
-it('writes', () => expect(format(1)).toBe('1'))
`],
  ['an assertion that went from behind a test of one line', 'javascript', `
 it('reads', () => expect(parse('1')).toBe(1))
-expect(format(1)).toBe('1')
`],
  ['a helper that asserts', 'javascript', `
 it('sends', async () => {
-  expect(answer.status).toBe(201)
-  expect(answer.body.id).toBe('a')
+  expectCreated(answer, 'a')
 })`],
  ['one of several that asked the same', 'javascript', `
 it('sends', async () => {
   expect(answer.status).toBe(201)
-  expect(answer.status).toBeLessThan(300)
 })`],
  ['an assertion that moved down', 'javascript', `
 it('sends', async () => {
-  expect(answer.status).toBe(201)
   const body = await answer.json()
+  expect(answer.status).toBe(201)
   expect(body.id).toBe('a')
 })`],
  ['an assertion that moved into another test', 'javascript', `
 it('sends', async () => {
   await send()
-  expect(sent).toEqual([mail])
+  await settled()
+})
+it('sends one mail', async () => {
+  expect(sent).toEqual([mail])
 })`],
  ['indentation', 'python', `
 def test_total():
-    assert total([1]) == 1
+    with clock(0):
+        assert total([1]) == 1
`],
  ['unittest that became pytest', 'python', `
 def test_total():
-    self.assertEqual(total([1]), 1)
+    assert total([1]) == 1
`],
  ['a comparison of the whole', 'python', `
 def test_order():
-    assert order["id"] == 1
-    assert order["lines"] == []
+    assert order == {"id": 1, "lines": []}
`],
  ['parameters', 'python', `
-def test_zero():
-    assert sign(0) == 0
-
-
-def test_one():
-    assert sign(5) == 1
+@pytest.mark.parametrize(("number", "expected"), [(0, 0), (5, 1)])
+def test_sign(number, expected):
+    assert sign(number) == expected
`],
  ['a fixture that lost a helper', 'python', `
 def test_total():
     assert total([1]) == 1
 
 
-def check(value):
-    assert value
`],
  ['a table of Go', 'go', `
 func TestOf(t *testing.T) {
-	if got := Of(1); got != 1000 {
-		t.Errorf("Of(1) = %d", got)
-	}
+	for quantity, want := range map[int]int{1: 1000, 10: 9000} {
+		if got := Of(quantity); got != want {
+			t.Errorf("Of(%d) = %d, want %d", quantity, got, want)
+		}
+	}
 }`],
  ['a richer assertion of Java', 'java', `
   @Test
   void adds() {
-    assertEquals(3, sums.size());
+    assertThat(sums).containsExactly(1, 2, 3);
   }`],
])('says nothing of %s', (_what, language, change) => {
  expect(weakened(language, change)).toEqual([])
})

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index))

test.each<[string, string, readonly Replacement[]]>([
  ['a large test that was rewritten', `it('a', () => {\n${times(20_000, (index) => `  expect(now.at(${index})).toBe(1)`).join('\n')}\n})`, [{ line: 2, added: 20_000, removed: times(20_000, (index) => `  expect(before.at(${index})).toBe(1)`) }]],
  ['a line of unclosed assertions', "it('a', () => {\n  expect(1).toBe(1)\n})", [{ line: 2, added: 1, removed: ['expect('.repeat(400_000)] }]],
  ['many places in one long test', `it('a', () => {\n${'  go()\n'.repeat(50_000)}  expect(1).toBe(1)\n})`, times(25_000, (index) => ({ line: 2 * index + 2, added: 0, removed: [`  expect(${index}).toBe(1)`] }))],
  ['a long word beside an assertion that went', "it('a', () => {\n  asks(1)\n})", [{ line: 2, added: 1, removed: ['  expect(1).toBe(1)', 'a'.repeat(2_000_000)] }]],
])('ends with %s', (_what, text, replacements) => {
  expect(weakenedTests(text, 'javascript', replacements)).toEqual([])
})
