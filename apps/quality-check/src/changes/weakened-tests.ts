import type { Diagnostic } from '../finding.ts'
import type { Language } from '../source-file.ts'
import { rule } from '../rules/root-cause/weakened-test/rule.ts'

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
    comment: /^\s*\/\//,
    exact: [
      /expect\((.+?)\)(?:\.resolves|\.rejects)?\.(?:toBe|toEqual|toStrictEqual|toMatchObject|toHaveLength|toContain|toContainEqual|toHaveProperty|toHaveBeenCalledWith|toMatch|toBeCloseTo|toThrow|toThrowError)\((?!\))/,
      /assert\.(?:equal|strictEqual|deepEqual|deepStrictEqual)\(([^,]+),/,
    ],
    loose: [/expect\((.+?)\)(?:\.resolves|\.rejects)?\.(?:toBeDefined|toBeTruthy|not\.toBeNull|not\.toBeUndefined|toThrow|toThrowError|toHaveBeenCalled)\(\)/, /expect\((.+?)\)\.(?:toEqual|toBe)\(expect\.anything\(\)\)/, /\bassert(?:\.ok)?\((.+)\);?\s*$/],
  },
  python: {
    test: /^\s*(?:async\s+)?def test/,
    asserting: helping,
    assertion: /^\s*(?:assert\b|self\.assert\w+\(|with (?:pytest|self)\.\w*[rR]aises)/,
    comment: /^\s*#/,
    exact: [/^\s*assert\s+(.+?)\s*==\s*\S/, /self\.assert(?:Equal|Equals|DictEqual|ListEqual|CountEqual)\(([^,]+),/],
    loose: [/^\s*assert\s+(.+?)(?:\s+is not None)?\s*(?:,\s*f?["'].*)?$/, /self\.assert(?:True|IsNotNone)\((.+)\)\s*$/],
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
  if (form === undefined || replacements.length === 0) return []
  const lines = text.split(/\r?\n/)
  const addedOf = ({ line, added }: Replacement) => lines.slice(line - 1, line - 1 + added)
  const allAdded = replacements.flatMap(addedOf)
  const isKept = (line: string) => allAdded.some((each) => squeezed(each) === squeezed(line))
  return replacements.flatMap((replacement) => {
    const removed = replacement.removed.filter((line) => form.assertion.test(line) && !form.comment.test(line) && !isKept(line))
    if (removed.length === 0) return []
    const message = messageOf(removed, replacement)
    const at = Math.min(replacement.line, lines.length)
    return message === undefined ? [] : [{ engine: 'elder' as const, rule: rule.id, line: at, column: 1, endLine: at, endColumn: (lines[at - 1] ?? '').length + 1, message, fix: rule.fix }]
  })

  function messageOf(removed: readonly string[], replacement: Replacement): string | undefined {
    const added = addedOf(replacement)
    const commented = removed.find((line) => added.some((each) => form?.comment.test(each) && squeezed(each).replace(/^(?:\/\/|#)/, '') === squeezed(line)))
    if (commented !== undefined) return `an assertion became a comment: ${brief(commented)}`
    for (const line of removed) {
      const subject = subjectOf(line, form?.exact)
      const looser = subject === undefined ? undefined : added.find((each) => subjectOf(each, form?.loose) === subject)
      if (looser !== undefined && !allAdded.some((each) => subjectOf(each, form?.exact)?.startsWith(subject as string))) return `${brief(line)} became ${brief(looser)}, which asks for less`
    }
    // With their setting-up gone assertions go too; what a test still asks for it may ask in another way.
    const rest = bodyAt(replacement.line)
    return rest === undefined || rest.some((each) => form?.asserting.test(each)) ? undefined : `the test is left without any assertion; there was ${brief(removed[0] as string)}`
  }

  /** The lines of the test around a place; undefined where there is none. */
  function bodyAt(line: number): readonly string[] | undefined {
    const head = lines.slice(0, line - 1).findLastIndex((each) => form?.test.test(each))
    if (head === -1) return undefined
    const indent = indentOf(lines[head] as string)
    const length = lines.slice(head + 1).findIndex((each) => each.trim() !== '' && indentOf(each) <= indent)
    const end = length === -1 ? lines.length : head + 1 + length
    const body = lines.slice(head + 1, end)
    // Where the place is behind the test's end, what was taken away was not in it; an empty test is another rule's.
    return line - 1 > end || body.every((each) => each.trim() === '' || form?.comment.test(each)) ? undefined : body
  }
}

function subjectOf(line: string, by: readonly RegExp[] | undefined): string | undefined {
  for (const form of by ?? []) {
    const subject = form.exec(line)?.[1]
    if (subject !== undefined) return squeezed(subject)
  }
  return undefined
}

const squeezed = (line: string): string => line.replace(/\s+/g, '').replace(/;$/, '')
const brief = (line: string): string => `"${line.trim().slice(0, 80)}"`
const indentOf = (line: string): number => line.search(/\S/)
