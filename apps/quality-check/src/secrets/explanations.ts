import { lineStart } from './comments.ts'

/** A part of a text that explains and does nothing: what looks like a credential there is most often an example. */
export interface Explanation {
  readonly start: number
  readonly end: number
}

// Of every text of several lines: the end of one that was passed over would be taken for the beginning of another.
const opening = /[rRuU]?("""|''')/g
const blockComment = /^[ \t]*\/\*(?=\*?\s)/gm
// Documentation, and the tests of a module, which stand at its end.
const rustAside = /^[ \t]*\/\/[/!].*$|^#\[cfg\((?:all\()?test\b[^\]\n]*\]\s+(?:#\[[^\]\n]*\]\s+)*(?:pub\s+)?mod\s[^]*/gm
// What a value under such a key says is for people.
const told = /"(?:description|summary|examples?)"\s*:\s*"(?:[^"\\\n]|\\.)*"/g
// Comments may stand before it.
const headLength = 2_000
const description = /^\s*(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:/m

// Who reads a page sees what stands in it, so that it is there to be shown.
const page = /^\.(?:html?|ejs|erb|hbs|handlebars|mustache|pug|jade|twig|njk)$/

// Whoever wrote it says what it is for: "testKey := `-----BEGIN".
const forTests = /(?:\b|[_.-])(?:test|Test|TEST|mock|Mock|MOCK|dummy|Dummy|DUMMY|fake|Fake|FAKE|example|Example|EXAMPLE|sample|Sample|SAMPLE|RFC\d{4})[\w.-]*["']?\s*(?::?\s*[\w&'[\] ]{1,20}\s*)?(?::=|[=:(])[\s"'`({[|+]*$/
const nameLength = 120

/** Whether the name that a literal stands under says so. */
export function isForTests(text: string, start: number): boolean {
  return forTests.test(text.slice(Math.max(0, start - nameLength), start))
}

/** The docstrings of Python, comments of several lines in JavaScript, Java and their like, descriptions in JSON, and the whole of a page or of a description of an interface. */
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

/** Named as one, or nothing but comments stands before it, or the head of a function or class. */
function isDocstring(text: string, at: number): boolean {
  const line = text.slice(lineStart(text, at), at)
  if (line.trim() !== '') return /^__doc__\s*=\s*$/.test(line)
  const last = text.slice(Math.max(0, at - headLength), at).split('\n').findLast((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  return last === undefined || /:\s*(?:#.*)?$/.test(last)
}
