import type { TextPlace, TextRule } from '../../rule.ts'

// Matches to the end of the statement, at most a few hundred characters.
const statement = /^[ \t]*grant\s{1,8}all\b(?:\s{1,8}privileges)?\s{1,8}on\s{1,8}(?!schema\b)[^;\n]{1,200}/gim

/** Matches the text, because SQL dialects differ here and the grammar knows only one. */
function check(text: string, { language }: TextPlace): { start: number; end: number }[] {
  return language === 'sql' ? [...text.matchAll(statement)].map((match) => ({ start: match.index, end: match.index + match[0].length })) : []
}

export const rule: TextRule = {
  kind: 'text',
  id: 'grant-of-everything',
  title: 'every right granted',
  why: 'Whoever takes over this account can do whatever the database can.',
  fix: 'Grant what the account does: SELECT, INSERT on its own tables.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['sql'],
  cwe: 'CWE-250',
  securitySeverity: 3.5,
  inTests: 'off',
  check,
}
