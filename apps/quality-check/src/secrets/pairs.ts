import type { Candidate } from './candidates.ts'

// A user and a password as adjacent arguments, recognised by the call or command. The last group is the password.
const forms: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a login', /(?:login|authenticate|authentication|auth|credentials?|sign_?in)(?:=[ \t]*)?\([ \t]*["'][^"'\n]{1,40}["'][ \t]*,[ \t]*["']([^"'\n]{4,64})["']/gi],
  ['a connection', /(?:getConnection|Sequelize|createConnection|mysqli?_connect|mysqli|PDO|pg_connect|connect)\([^()"'\n]{0,60}(?:["'][^"'\n]{1,120}["'][ \t]*,[ \t]*){1,2}["'][\w.@-]{1,40}["'][ \t]*,[ \t]*["']([^"'\n]{4,64})["']|getConnection\(\w{1,40},[ \t]*["'][\w.@-]{1,40}["'][ \t]*,[ \t]*["']([^"'\n]{4,64})["']/g],
  ['a signature', /\bjwt\.(?:sign|encode|verify|decode)\([^()"'\n]{1,80},[ \t]*["']([^"'\n]{8,100})["']/g],
  ['a key', /\bnew[ \t]+SecretKeySpec\([ \t]*["']([^"'\n]{8,100})["']|\b(?:createHmac|createCipheriv|createDecipheriv|hash_hmac|openssl_encrypt|openssl_decrypt)\([^()"'\n]{0,60}(?:["'][\w-]{1,30}["'][ \t]*,[ \t]*)["']([^"'\n]{8,100})["']|\b(?:Fernet|AES\.new|hmac\.new|SymmetricSecurityKey|HMACSHA\d{3}|hmac\.New)\((?:sha\d{1,3}\.New,[ \t]*)?(?:\[\]byte\(|Encoding\.\w{3,10}\.GetBytes\(|b)["']([^"'\n]{8,100})["']/g],
  ['the password of a machine', /\bmachine[ \t]+\S{1,100}\s{1,8}login[ \t]+\S{1,100}\s{1,8}password[ \t]+(\S{4,100})/g],
  ['sshpass', /\bsshpass[ \t]{1,8}-p[ \t]{0,8}["']?([^\s"']{4,100})/g],
  ['curl', /\bcurl\b[^\n|;]{0,200}?[ \t](?:-u|--user)[ \t]{0,8}["']?[\w.@-]{1,40}:([^\s"']{4,100})/g],
]

/** Finds literals that are the password of a login. */
export function findPairs(text: string): Candidate[] {
  return forms.flatMap(([key, pattern]) =>
    [...text.matchAll(pattern)].map((match) => {
      const value = match.slice(1).find((group) => group !== undefined) as string
      const start = match.index + match[0].lastIndexOf(value)
      return { key, kind: 'password' as const, value, start, end: start + value.length, bare: false }
    }),
  )
}
