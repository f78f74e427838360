import type { Diagnostic } from '../finding.ts'
import type { Language } from '../source-file.ts'
import { rule } from '../rules/root-cause/weakened-test/rule.ts'
import { lowerBound } from '../syntax/lower-bound.ts'

/** Lines of the older version, and those that stand in their place now. */
export interface Replacement {
  /** Where the new lines begin; of lines that were only taken away, the line that follows them. */
  readonly line: number
  readonly added: number
  readonly removed: readonly string[]
}

/** How a language's tests are told by their lines. */
interface Forms {
  readonly test: RegExp
  /** Anything that may make a test fail by what it sees, helpers included. */
  readonly asserting: RegExp
  readonly assertion: RegExp
  readonly comment: RegExp
  /** The subject of an assertion that says what it must be. */
  readonly exact: readonly RegExp[]
  /** The subject of one that asks only whether there is something. */
  readonly loose: readonly RegExp[]
}

const helping = /expect|assert|should|verify|check|ensure|must|raises|throws|rejects|snapshot|match|fail/i
const forms: Readonly<Partial<Record<Language, Forms>>> = {
  javascript: {
    test: /^\s*(?:it|test)(?:\.\w+(?:\(.*\))?)*\(/,
    asserting: helping,
    assertion: /(?:^|[\s;{(>])(?:expect(?:\.\w+)?|assert(?:\.\w+)*)\(/,
    comment: /^\s*\/[/*]/,
    exact: [
      /expect\((.+?)\)(?:\.resolves|\.rejects)?\.(?:toBe|toEqual|toStrictEqual|toMatchObject|toHaveLength|toContain|toContainEqual|toHaveProperty|toHaveBeenCalledWith|toMatch|toBeCloseTo|toThrow|toThrowError)\((?!\))/,
      /assert\.(?:equal|strictEqual|deepEqual|deepStrictEqual)\(([^,]+),/,
      /expect\((.+?)\)\.to\.(?:deep\.)?(?:equal|eql)\(/,
    ],
    loose: [
      /expect\((.+?)\)(?:\.resolves|\.rejects)?\.(?:toBeDefined|toBeTruthy|not\.toBeNull|not\.toBeUndefined|toThrow|toThrowError|toHaveBeenCalled)\(\)/,
      /expect\((.+?)\)\.(?:toEqual|toStrictEqual|toBe)\(expect\.any(?:thing)?\(\w*\)\)/,
      /expect\((.+?)\)(?:\.toMatchObject\(\{\}\)|\.to\.(?:exist|be\.ok)\b)/,
      /expect\((.+?)(?:\.length|\.size)?\)\.toBeGreaterThan(?:OrEqual)?\(0\)/,
      /expect\(Array\.isArray\((.+?)\)\)\.toBe\(true\)/,
      /expect\((.+?status\w*)\)\.(?:toBeLessThan|not\.toBe)\(/i,
      /\bassert(?:\.ok)?\((.+)\);?\s*$/,
    ],
  },
  python: {
    test: /^\s*(?:async\s+)?def test/,
    asserting: helping,
    assertion: /^\s*(?:assert\b|self\.assert\w+\(|with (?:pytest|self)\.\w*[rR]aises)/,
    comment: /^\s*#/,
    exact: [/^\s*assert\s+(.+?)\s*==\s*\S/, /self\.assert(?:Equal|Equals|DictEqual|ListEqual|CountEqual)\(([^,]+),/, /(raises)\((?!(?:Base)?Exception\))/i],
    loose: [
      /^\s*assert\s+isinstance\((.+?),/,
      /^\s*assert\s+len\((.+)\)\s*>=?\s*0\s*$/,
      /^\s*assert\s+(.+?)\s*>=?\s*0\s*$/,
      /^\s*assert\s+(.+?)(?:\s+is not None)?\s*(?:,\s*f?["'].*)?$/,
      /self\.assert(?:True|IsNotNone)\((.+)\)\s*$/,
      /self\.assert(?:Greater|GreaterEqual)\((.+?),\s*0\)/,
      /self\.assertIsInstance\((.+?),/,
      // With a name for it, it is looked at behind the block.
      /(raises)\((?:Base)?Exception\):/i,
    ],
  },
  go: {
    test: /^func Test/,
    asserting: /\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Run)\(|\b(?:assert|require)\.|\w\(t\b|check|verify|want/i,
    assertion: /\bt\.(?:Error|Errorf|Fatal|Fatalf)\(|\b(?:assert|require)\.\w+\(/,
    comment: /^\s*\/\//,
    exact: [/\b(?:assert|require)\.(?:Equal|EqualValues|Len|ElementsMatch|JSONEq)\(\w+,\s*(?:.+),\s*([\w.()[\]]+)\)/],
    loose: [/\b(?:assert|require)\.(?:NotNil|NotEmpty|True)\(\w+,\s*([\w.()[\]]+)\)/],
  },
  java: {
    test: /^\s*(?:public\s+|private\s+|protected\s+)?(?:void|Object)\s+\w+\s*\(/,
    asserting: helping,
    assertion: /\b(?:assert\w+|verify|fail)\(/,
    comment: /^\s*\/\//,
    exact: [/\bassertEquals\(.+,\s*([\w.()]+)\);/, /\bassertThat\((.+?)\)\.(?:isEqualTo|hasSize|contains\w*|containsExactly\w*)\(/],
    loose: [/\bassertNotNull\(([\w.()]+)\);/, /\bassertThat\((.+?)\)\.(?:isNotNull|isNotEmpty|isPresent)\(\)/],
  },
}

/** What a change takes from the tests of a file. Only what is sure is told: an assertion that became a comment, one that asks for less, and a test left without any. */
export function weakenedTests(text: string, language: Language | undefined, replacements: readonly Replacement[]): Diagnostic[] {
  const form = language === undefined ? undefined : forms[language]
  if (form === undefined || !replacements.some(({ removed }) => removed.some((line) => isAssertion(line, form)))) return []
  const lines = text.split(/\r?\n/)
  const addedOf = ({ line, added }: Replacement) => lines.slice(line - 1, line - 1 + added)
  const allAdded = replacements.flatMap(addedOf)
  const kept = new Set(allAdded.map(squeezed))
  const exactSubjects = allAdded.flatMap((each) => exactSubjectOf(each, form) ?? []).toSorted()
  const isTaken = (line: string) => isAssertion(line, form) && !kept.has(squeezed(line))
  const isEmptied = emptiedTests(lines, form)
  return replacements.flatMap((replacement) => {
    const removed = replacement.removed.filter(isTaken)
    if (removed.length === 0) return []
    // What follows the head of a test that went was not in the test before it.
    const head = replacement.removed.findIndex((line) => form.test.test(line))
    const lost = replacement.removed.slice(0, head === -1 ? undefined : head).find(isTaken)
    const message = messageOf(removed, addedOf(replacement), form, exactSubjects) ?? (lost !== undefined && isEmptied(replacement.line) && !callsHelper(addedOf(replacement), replacement.removed) ? `the test is left without any assertion; there was ${brief(lost)}` : undefined)
    const at = Math.min(replacement.line, lines.length)
    return message === undefined ? [] : [{ engine: 'elder' as const, rule: rule.id, line: at, column: 1, endLine: at, endColumn: (lines[at - 1] ?? '').length + 1, message, fix: rule.fix }]
  })
}

/** Whether the lines are tests that assert, and what they assert. */
export function assertionsIn(lines: readonly string[], language: Language | undefined): string[] {
  const form = language === undefined ? undefined : forms[language]
  if (form === undefined || !lines.some((line) => form.test.test(line))) return []
  return lines.filter((line) => isAssertion(line, form)).map(squeezed)
}

const isAssertion = (line: string, { assertion, comment }: Forms): boolean => assertion.test(line) && !comment.test(line)

function messageOf(removed: readonly string[], added: readonly string[], form: Forms, exactSubjects: readonly string[]): string | undefined {
  const comments = new Set(added.filter((each) => form.comment.test(each)).map((each) => squeezed(squeezed(each).replace(/^(?:\/\/|\/\*|#)|\*\/$/g, ''))))
  const commented = removed.find((line) => comments.has(squeezed(line)))
  if (commented !== undefined) return `an assertion became a comment: ${brief(commented)}`
  const loose = new Map(added.toReversed().flatMap((each) => [[subjectOf(each, form.loose), each] as const]))
  const conditional = new Map(added.flatMap((each) => conditionOf(each) ?? []).map((each) => [each.asked, each]))
  for (const line of removed) {
    const subject = subjectOf(line, form.exact)
    if (subject === undefined) continue
    const asked = conditional.get(squeezed(line))
    // No one knows how long something takes.
    const looser = asked?.condition.includes(subject) ? asked.line : /time|elapsed|duration|took|ms$/i.test(subject) ? undefined : loose.get(subject)
    if (looser !== undefined && !hasPrefix(exactSubjects, subject)) return `${brief(line)} became ${brief(looser)}, which asks for less`
  }
  return undefined
}

/** Tells whether the test around a line asserts nothing. With their setting-up gone assertions go too; what a test still asks for it may ask in another way. */
function emptiedTests(lines: readonly string[], form: Forms): (line: number) => boolean {
  let head = -1
  const headBefore = lines.map((line, index) => {
    const before = head
    if (form.test.test(line)) head = index
    return before
  })
  const ends = new Map<number, number | undefined>()
  return (line) => {
    const at = headBefore[line - 1] ?? head
    if (at === -1) return false
    if (!ends.has(at)) ends.set(at, endOfEmptied(at))
    // Behind the test's end, what was taken away was not in it.
    const end = ends.get(at)
    return end !== undefined && line - 1 <= end
  }

  function endOfEmptied(at: number): number | undefined {
    const indent = indentOf(lines[at] as string)
    const last = lines.findIndex((each, index) => index > at && each.trim() !== '' && indentOf(each) <= indent)
    const end = last === -1 ? lines.length : last
    const body = lines.slice(at + 1, end)
    const isEmpty = body.every((each) => each.trim() === '' || form.comment.test(each))
    // A test of one line has no body below it.
    if (isEmpty) return /[{:]\s*$/.test(lines[at] as string) ? end : undefined
    return body.some((each) => form.asserting.test(each)) ? undefined : end
  }
}

/** Of an assertion that neither is loose as well nor asked only when it holds. */
function exactSubjectOf(line: string, form: Forms): string | undefined {
  const subject = subjectOf(line, form.exact)
  return subject === undefined || subject === subjectOf(line, form.loose) || conditionOf(line)?.condition.includes(subject) ? undefined : subject
}

/** An assertion behind a condition in the same line. */
function conditionOf(line: string): { condition: string; asked: string; line: string } | undefined {
  const [, condition, asked] = (!isShort(line) ? undefined : /^\s*if\s*\((.+)\)\s*((?:await\s+)?expect\(.*)$/.exec(line)) ?? []
  return condition === undefined || asked === undefined ? undefined : { condition: squeezed(condition), asked: squeezed(asked), line }
}

/** A function that took the place of an assertion may assert, wherever it is. One that was called before is what is tested. */
function callsHelper(added: readonly string[], removed: readonly string[]): boolean {
  const before = new Set(removed.filter(isShort).flatMap((line) => [...line.matchAll(/([A-Za-z_$][\w$]*)\(/g)].map(([, name]) => name)))
  return added.some((line) => {
    const name = /^\s*(?:await\s+)?([A-Za-z_$][\w$]*)\(\s*[^\s)]/.exec(line)?.[1]
    return name !== undefined && !/^(?:if|for|while|switch|print|println|void|pprint|repr|str|String)$/.test(name) && !before.has(name)
  })
}

// The patterns take time that grows with the square of a line's length.
const maxLineLength = 400
const isShort = (line: string): boolean => line.length <= maxLineLength

function subjectOf(line: string, by: readonly RegExp[]): string | undefined {
  if (!isShort(line)) return undefined
  for (const form of by) {
    const subject = form.exec(line)?.[1]
    if (subject !== undefined) return squeezed(subject)
  }
  return undefined
}

/** Whether one of the sorted texts begins with the prefix. */
function hasPrefix(sorted: readonly string[], prefix: string): boolean {
  return sorted[lowerBound(sorted, (each) => each < prefix)]?.startsWith(prefix) === true
}

export const squeezed = (line: string): string => line.replace(/\s+/g, '').replace(/;$/, '')
const brief = (line: string): string => `"${withoutValues(line.trim().slice(0, maxLineLength)).slice(0, 80)}"`
const indentOf = (line: string): number => line.search(/\S/)

/** Findings are stored and shown, and what was removed may have been a secret. Only the shortest values are shown. */
function withoutValues(line: string): string {
  const quoted = line.replace(/(["'`])((?:\\[^]|(?!\1)[^\\])*)(\1|\\?$)/g, (all, open: string, value: string, close: string) => (value.length <= 3 ? all : `${open}…${close}`))
  return quoted.replace(/[\w+/=-]{16,}/g, (word) => (/\d/.test(word) ? '…' : word))
}
