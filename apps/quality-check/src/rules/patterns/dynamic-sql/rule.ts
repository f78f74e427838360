import type { TextPlace, TextRule } from '../../rule.ts'

// Matches to the end of the statement, at most a few hundred characters.
const statement = /\bexec(?:ute)?(?:\s{1,8}immediate)?[\s(]{1,8}n?(?:'[^'\n]{0,300}'\s{0,8}(?:\+|\|\|)\s{0,8}@?[a-z_]|@?[a-z_]\w{0,60}\s{0,8}(?:\+|\|\|)\s{0,8}')/gi

/** Matches the text, because SQL dialects differ here and the grammar knows only one. */
function check(text: string, { language }: TextPlace): { start: number; end: number }[] {
  return language === 'sql' ? [...text.matchAll(statement)].map((match) => ({ start: match.index, end: match.index + match[0].length })) : []
}

export const rule: TextRule = {
  kind: 'text',
  id: 'dynamic-sql',
  title: 'statement put together in the database',
  why: 'What is joined in becomes part of the statement: a quote in it ends the string.',
  fix: 'Use parameters: sp_executesql with its list, EXECUTE … USING, or format with %L and %I.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['sql'],
  cwe: 'CWE-89',
  securitySeverity: 3.9,
  inTests: 'off',
  check,
}
