import type { TextPlace, TextRule } from '../../rule.ts'

// Matches to the end of the statement, at most a few hundred characters.
const statement = /\b(?:insert\s{1,8}into\s{1,8}\S{1,80}\s{0,8}\([^)\n]{0,300}\bpassword\b[^)\n]{0,300}\)\s{0,8}values\s{0,8}\((?![^\n]{0,300}(?:\$2|\$argon|crypt\(|hash|md5|sha|pbkdf|scrypt|\?|:\w|@\w|\$\d))[^\n]{0,300}'|\bset\s{1,8}password\s{0,8}=\s{0,8}'(?!\$2|\$argon|\*|\{)[^'\n]{1,100}')/gi

/** Matches the text, because SQL dialects differ here and the grammar knows only one. */
function check(text: string, { language }: TextPlace): { start: number; end: number }[] {
  return language === 'sql' ? [...text.matchAll(statement)].map((match) => ({ start: match.index, end: match.index + match[0].length })) : []
}

export const rule: TextRule = {
  kind: 'text',
  id: 'plain-text-password',
  title: 'password kept as it is',
  why: 'Whoever reads the table has the passwords of all, here and wherever else they are used.',
  fix: 'Store a slow hash (Argon2, bcrypt) in a column that says so.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['sql'],
  cwe: 'CWE-256',
  securitySeverity: 3.5,
  inTests: 'off',
  check,
}
