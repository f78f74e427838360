import type { Citation, SageResult } from '@elder/contracts/sage'
import type { KnowledgePassage, CodePassage } from './sages.ts'

/** The results of the sages, best first. */
export interface Findings {
  readonly knowledge: readonly KnowledgePassage[]
  readonly code: readonly CodePassage[]
}

/** The scope of the question and what is indexed, for the advice when nothing is found. */
export interface Asked {
  /** Empty: all repositories. */
  readonly repository: string
  /** Whether the repository, or any if none is named, is indexed. Undefined when unknown. */
  readonly isIndexed: boolean | undefined
}

/** The answer in the pieces in which it is streamed. The same results always give the same text. */
export function writeAnswer(findings: Findings, sages: readonly SageResult[], asked: Asked): string[] {
  const found = findings.knowledge.length + findings.code.length > 0
  const sections = [
    ...(found ? [] : [writeNothing(sages, asked)]),
    ...(findings.knowledge.length > 0 ? ['**What the team knows**', ...findings.knowledge.map(writeKnowledge)] : []),
    ...(findings.code.length > 0 ? ['**In the code**', ...findings.code.map((passage) => writeCode(passage, asked.repository === ''))] : []),
    ...(found && asked.isIndexed === false ? [notIndexed(asked.repository)] : []),
    ...writeMissing(sages),
  ]
  return sections.map((section, index) => (index === 0 ? section : `\n\n${section}`))
}

export function citationsOf({ knowledge, code }: Findings): Citation[] {
  return [
    ...knowledge.map(({ id, version, title, score }) => ({ source: 'knowledge', repository: '', path: '', startLine: 0, endLine: 0, id, version, score, title })),
    ...code.map(({ repository, path, startLine, endLine, score }) => ({ source: 'rag', repository, path, startLine, endLine, id: '', version: 0, score, title: '' })),
  ]
}

/** The names of the sages that did not answer. */
export function missingOf(sages: readonly SageResult[]): SageResult[] {
  return sages.filter(({ status }) => status === 'timed_out' || status === 'failed')
}

function writeKnowledge({ id, version, title, kind, extract, source }: KnowledgePassage): string {
  const origin = source === '' ? '' : `\n> Source: ${source.replaceAll('\n', ' ')}`
  return `- **${title.replaceAll('\n', ' ')}** (${kind}, knowledge \`${id}\` version ${version})\n${quote(extract)}${origin.replace('\n', '\n  ')}`
}

function writeCode({ repository, path, startLine, endLine, text }: CodePassage, namesRepository: boolean): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  const where = namesRepository ? ` (${repository})` : ''
  return `\`${path}:${startLine}-${endLine}\`${where}\n${fence}${language(path)}\n${text}\n${fence}`
}

function writeNothing(sages: readonly SageResult[], { repository, isIndexed }: Asked): string {
  const hasAll = missingOf(sages).length === 0
  const where = repository === '' ? 'the indexed repositories' : `\`${repository}\``
  const advice = isIndexed === false ? notIndexed(repository) : 'If the code has changed, run `elder index` to index it again.'
  const scope = hasAll ? `I found nothing about this in the team's knowledge or in ${where}.` : 'I found nothing about this where I could look.'
  return `${scope}\n\n- ${advice}\n- If the team knows the answer, write it down with \`elder knowledge add\`; the next one who asks gets it.\n- Names that occur in the code (a function, a file, a setting) find more than descriptions.`
}

function notIndexed(repository: string): string {
  return repository === '' ? 'No repository is indexed yet: run `elder index` in one.' : `\`${repository}\` is not indexed yet: run \`elder index\` in it.`
}

function writeMissing(sages: readonly SageResult[]): string[] {
  const missing = missingOf(sages).map(({ name, status }) => `${name} ${status === 'timed_out' ? 'did not answer in time' : 'failed'}`)
  return missing.length === 0 ? [] : [`_This answer is incomplete: ${missing.join('; ')}._`]
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `  > ${line}`.trimEnd())
    .join('\n')
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
}

function language(path: string): string {
  const extension = /\.([a-z0-9]{1,10})$/i.exec(path)?.[1]?.toLowerCase()
  return extension ?? ''
}
