import { lineStart } from './comments.ts'

/** A part of a file that explains something: what looks like a credential there is mostly an example. */
export interface Explanation {
  readonly start: number
  readonly end: number
}

// Matches every multi-line string: if one were skipped, its end would be taken for the beginning of the next one.
const opening = /[rRuU]?("""|''')/g
const blockComment = /^[ \t]*\/\*(?=\*?\s)/gm
// Documentation comments, and the test module at the end of a file.
const rustAside = /^[ \t]*\/\/[/!].*$|^#\[cfg\((?:all\()?test\b[^\]\n]*\]\s+(?:#\[[^\]\n]*\]\s+)*(?:pub\s+)?mod\s[^]*/gm
// Texts for people.
const told = /"(?:description|summary|examples?)"\s*:\s*"(?:[^"\\\n]|\\.)*"/g
// Comments may precede it.
const headLength = 2_000
const description = /^\s*(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:/m

// The content of a web page is public.
const page = /^\.(?:html?|ejs|erb|hbs|handlebars|mustache|pug|jade|twig|njk)$/

// The name says that it is for tests: "testKey := `-----BEGIN".
const forTests = /(?:\b|[_.-])(?:test|Test|TEST|mock|Mock|MOCK|dummy|Dummy|DUMMY|fake|Fake|FAKE|example|Example|EXAMPLE|sample|Sample|SAMPLE|RFC\d{4})[\w.-]*["']?\s*(?::?\s*[\w&'[\] ]{1,20}\s*)?(?::=|[=:(])[\s"'`({[|+]*$/
const nameLength = 120

/** Whether the name of a literal says that it is for tests. */
export function isForTests(text: string, start: number): boolean {
  return forTests.test(text.slice(Math.max(0, start - nameLength), start))
}

/** Docstrings in Python, block comments in JavaScript, Java and similar languages, descriptions in JSON, and all of a web page or an API description. */
export function explanationsIn(text: string, extension: string): readonly Explanation[] {
  if (page.test(extension)) return [{ start: 0, end: text.length }]
  if (/^\.(?:ya?ml|json)$/.test(extension)) return description.test(text.slice(0, headLength)) ? [{ start: 0, end: text.length }] : spansOf(text, told)
  if (/^\.(?:[cm]?[jt]sx?|go|c|h|cc|cpp|java|kt|scala|php|groovy|cs|swift|dart)$/.test(extension)) return documentationIn(text)
  if (extension === '.rs') return spansOf(text, rustAside)
  return /^\.pyw?i?$/.test(extension) ? docstringsIn(text) : []
}

const spansOf = (text: string, pattern: RegExp): Explanation[] => [...text.matchAll(pattern)].map(({ 0: { length }, index }) => ({ start: index, end: index + length }))

function documentationIn(text: string): Explanation[] {
  return [...text.matchAll(blockComment)].map(({ index }) => {
    const close = text.indexOf('*/', index)
    return { start: index, end: close === -1 ? text.length : close + 2 }
  })
}

function docstringsIn(text: string): Explanation[] {
  const found: Explanation[] = []
  opening.lastIndex = 0
  for (let hit = opening.exec(text); hit !== null; hit = opening.exec(text)) {
    const close = text.indexOf(hit[1] as string, opening.lastIndex)
    const end = close === -1 ? text.length : close + 3
    if (isDocstring(text, hit.index)) found.push({ start: hit.index, end })
    opening.lastIndex = end
  }
  return found
}

/** Whether a text is a docstring: only comments, or the head of a function or class, precede it. */
function isDocstring(text: string, at: number): boolean {
  const line = text.slice(lineStart(text, at), at)
  if (line.trim() !== '') return /^__doc__\s*=\s*$/.test(line)
  const last = text.slice(Math.max(0, at - headLength), at).split('\n').findLast((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  return last === undefined || /:\s*(?:#.*)?$/.test(last)
}
