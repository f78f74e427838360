import type { Candidate } from './candidates.ts'

// A user and a password as adjacent arguments, recognised by the call or command. The last group is the password.
const forms: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a login', /(?:login|authenticate|authentication|auth|credentials?|sign_?in)(?:=[ \t]*)?\([ \t]*["'][^"'\n]{1,40}["'][ \t]*,[ \t]*["']([^"'\n]{4,64})["']/gi],
  ['a connection', /(?:getConnection|Sequelize|createConnection|mysqli?_connect|mysqli|PDO|pg_connect|connect)\([^()"'\n]{0,60}(?:["'][^"'\n]{1,120}["'][ \t]*,[ \t]*){1,2}["'][\w.@-]{1,40}["'][ \t]*,[ \t]*["']([^"'\n]{4,64})["']|getConnection\(\w{1,40},[ \t]*["'][\w.@-]{1,40}["'][ \t]*,[ \t]*["']([^"'\n]{4,64})["']/g],
  ['a signature', /\bjwt\.(?:sign|encode|verify|decode)\([^()"'\n]{1,80},[ \t]*["']([^"'\n]{8,100})["']/g],
  ['sshpass', /\bsshpass[ \t]{1,8}-p[ \t]{0,8}["']?([^\s"']{4,100})/g],
  ['curl', /\bcurl\b[^\n|;]{0,200}?[ \t](?:-u|--user)[ \t]{0,8}["']?[\w.@-]{1,40}:([^\s"']{4,100})/g],
]

/** Finds literals that are the password of a login. */
export function findPairs(text: string): Candidate[] {
  return forms.flatMap(([key, pattern]) =>
    [...text.matchAll(pattern)].map((match) => {
      const value = (match[1] ?? match[2]) as string
      const start = match.index + match[0].lastIndexOf(value)
      return { key, kind: 'password' as const, value, start, end: start + value.length, bare: false }
    }),
  )
}
