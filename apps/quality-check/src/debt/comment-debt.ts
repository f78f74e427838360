import { anyCase } from '../syntax/any-case.ts'
import { expressionsOf, firstOf } from './expressions.ts'
import { strongPhrases, weakPhrases } from './phrases.ts'
import { questionMark, questions } from './questions.ts'
import { remarks } from './remarks.ts'
import { openings, statements } from './statements.ts'

/** The debt that a comment admits. */
export interface Admission {
  /** The words that admit it. */
  readonly phrase: string
  /** Whether a ticket, or a name and a date, is stated, so that the debt is tracked. */
  readonly isTracked: boolean
}

// The usual names of tasks.
const tasks = anyCase(
  `to-?do(?!s\\b|["'\`]| (?:list|item|app|application|extension|entry|entries|comment|tag|task|note|service|model|controller|component|store)s?\\b|[-_.]\\w)|fix-?me(?!["'\`])|fix me\\b|(?<=^\\W{0,5})to do(?= ?:)|(?<=^\\W{0,3})xxx+(?=\\s*:| [A-Za-z])`,
)
const capitals = `XXX+(?![\\w\\-/"'\`>.$%]|\\.\\w)|HACK|KLUDGE|TBD|NYI|REVISIT|UNDONE|NOCOMMIT|REMOVEME|CHECKME|REVIEWME|DOCME|TESTME|BUG(?=:| ?\\?)|(?:PENDING|STUB|CLEANUP|DEBT|REFACTOR|OPTIMI[SZ]E|TEMP|TMP|IMPROVE|LATER|QUESTION|FUTURE|TEMPORARY|WORKAROUND|WORK-AROUND|REVIEW|WIP)(?=\\s*:)|(?<=^\\W{0,3})OPTIMI[SZ]E(?= [a-z])|TEMPORARY\\b|TO DO ?:`
const tag = new RegExp(`(?<![\\w$.\\-/"'\`<])@?(?:${tasks}|${capitals})(?!\\w)`)
const anyOf = (phrases: readonly string[]) => expressionsOf(phrases, (choice) => `(?<![\\w$-])(?:${choice})(?![\\w-])`)
// "???", "is it??", a leading "??" and a sad face. "a ?? b" is code.
const doubts = '\\?\\?(?:\\?+|(?<=[a-z)]\\?\\?)(?!\\S)|(?<=^\\W{0,6}))|:-?\\((?<=(?:^|[\\s>]):-?\\()(?=\\s|$|[.!])'
const anywhere = [...anyOf(strongPhrases), new RegExp(doubts, 'i')]
const besideCode = anyOf(weakPhrases)
const inPassing = [...anyOf([...remarks, ...statements]), ...expressionsOf(openings, (choice) => `^\\W*(?:${choice})(?![\\w-])`)]
const asked = expressionsOf(questions, (choice) => `(?<![\\w$-])(?:${choice})${questionMark}`)
const documentation = /^\s*\/\*\*|@(?:param|return|throws|see|since|deprecated|author)\b/

const licence = /copyright|licensed under|licen[cs]e (?:agreement|header|version)|all rights reserved|SPDX-|hope that it will be useful|without (?:even the implied )?warrant/i
const generated = /\$NON-NLS|@generated|do not edit|eslint-(?:disable|enable)|noqa|NOLINT|@ts-|prettier-ignore|istanbul ignore|sourceMappingURL|<editor-fold/i
const temporaryThing = /temporar(?:y|ily)/i
const tracked = /(?:#\d+|\b[A-Z][A-Z\d]{1,9}-\d+|issues?\/\d+|\b(?:bug|issue|ticket|gh|crbug)[ #:/-]*\d{2,}|\(\w+,? ?\d{4}-\d\d(?:-\d\d)?\))/i
const ownerAndDate = /\([\w@. -]{2,40}\)[^\n]{0,80}\b\d{4}-\d\d|\b\d{4}-\d\d-\d\d\b/
const longestJudged = 4000

/** Finds the admission that code is unfinished, wrong or badly done; undefined when there is none. The text may contain comment marks. */
export function admissionOf(comment: string): Admission | undefined {
  const text = normalise(comment.slice(0, longestJudged))
  if (text.length < 2) return undefined
  const task = tag.exec(text)
  if (task !== null) return isDescribed(text, task) ? undefined : { phrase: wordsAt(text, task.index, task[0]), isTracked: tracked.test(text) || ownerAndDate.test(text) }
  if (licence.test(text) || generated.test(text)) return undefined
  const found = firstOf(anywhere, text) ?? (documentation.test(comment) ? null : besideCodeOnly(text))
  if (found === null || (temporaryThing.test(found[0]) && isThing(found[0]))) return undefined
  return { phrase: wordsAt(text, found.index, found[0]), isTracked: false }
}

function besideCodeOnly(text: string): RegExpExecArray | null {
  return firstOf(besideCode, text) ?? firstOf(inPassing, text) ?? (text.includes('?') ? firstOf(asked, text) : null)
}

// One line without comment marks, quoted words, URLs and documentation tags.
function normalise(comment: string): string {
  return comment
    .replace(/^[ \t]*(?:\/\/+!?|\/\*+!?|\*+(?!\/)|#+!?|--+|<!--|;+|%+|REM\b|'(?= ))/gim, ' ')
    .replace(/(?<!\*)\*+\/|-->|(?<=\s)\/\/+/g, ' ')
    .replace(/[a-z]{2,8}:\/\/[^\s>)]{1,200}/gi, ' ')
    .replace(/<(code|tt|pre|a)\b[^>]{0,200}>[^<]{0,300}<\/\1>|<\/?[a-z][^>]{0,60}>|\{@(?:link|code)[^}]{0,120}\}/gi, ' ')
    .replace(/`[^`\n]{1,80}`|"[^"\n]{1,60}"|(?<![\w'])'[^'\n]{2,60}'(?![\w'])/g, '_')
    .replace(/[’]/g, "'")
    .replace(/-{2,}/g, ' - ')
    .replace(/\s+/g, ' ')
    .trim()
}

// Text about task comments is not one.
function isDescribed(text: string, { index, 0: word }: RegExpExecArray): boolean {
  const after = text.slice(index + word.length, index + word.length + 40)
  const before = text.slice(Math.max(0, index - 40), index)
  // "Adds a todo to the project" is about a thing that the program keeps.
  if (word === 'todo' && /\b(?:an?|the|each|every|new|another) $/.test(before) && !after.startsWith(':')) return true
  return /^(?:'s\b|s?[ "'`)\]]{0,3}(?:comments?|tags?|markers?|annotations?|keywords?|lists?|items?)\b|(?:\s*[,/|]\s*|\s+(?:and|or)\s+)(?:FIXME|TODO|XXX|HACK)\b)/i.test(after) || /\b(?:FIXME|TODO|XXX|HACK)(?:\s*[,/|]\s*|\s+(?:and|or)\s+)$/i.test(before) || /Auto-generated/i.test(after)
}

const isThing = (words: string): boolean => !/solution|fix|hack|work|measure|code|patch|kludge|crutch|until|implementation|thing|change|approach|place ?holder|this|it|that|commented|removed|here|disabled|hard|[-:(]/i.test(words)

function wordsAt(text: string, index: number, found: string): string {
  return text.slice(index, index + Math.max(found.length, 60)).split(/\s/).slice(0, 8).join(' ')
}
