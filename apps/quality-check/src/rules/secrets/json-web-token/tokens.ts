export interface JsonWebToken {
  readonly start: number
  readonly end: number
  readonly issuer: string | undefined
}

const shape = /(?<![\w-])eyJ[\w-]{8,1000}\.(eyJ[\w-]{8,4000})\.[\w-]{20,1000}/y
// Tokens of tutorials, and of anonymous clients.
const harmless = /"sub":\s*"1234567890"|John Doe|"role":\s*"anon"|example/

/** Finds signed tokens whose claims can be decoded. */
export function findJsonWebTokens(text: string): JsonWebToken[] {
  const found: JsonWebToken[] = []
  for (let at = text.indexOf('eyJ'); at !== -1; at = text.indexOf('eyJ', Math.max(at + 3, found.at(-1)?.end ?? 0))) {
    shape.lastIndex = at
    const [whole, payload = ''] = shape.exec(text) ?? []
    if (whole === undefined) continue
    const claims = Buffer.from(payload, 'base64url').toString('utf8')
    if (!/^\{.*"[a-z_]+":.*\}$/s.test(claims) || harmless.test(claims)) continue
    found.push({ start: at, end: at + whole.length, issuer: /"iss":\s*"(?:https?:\/\/)?([\w.-]{2,60})/.exec(claims)?.[1] })
  }
  return found
}
