const simpleEscapes: Readonly<Record<string, string>> = { '\n': '', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const escape = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{[^}]*\}|(\r\n|[\s\S]))/g
const literal = /^([a-zA-Z]*)('''|"""|'|")/

/** The value of a string or bytes literal. Bytes have one character for each byte. */
export function decodeLiteral(source: string): { value: string; bytes: boolean } {
  const [whole = '', prefix = '', quote = ''] = literal.exec(source) ?? []
  const body = source.slice(whole.length, source.length - quote.length)
  const bytes = /b/i.test(prefix)
  return { value: decodeText(body, /r/i.test(prefix), bytes), bytes }
}

/** Decodes the text between the quotes. */
export function decodeText(body: string, raw: boolean, bytes = false): string {
  const text = body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body
  if (raw || !text.includes('\\')) return text
  return text.replace(escape, (whole, octal?: string, byte?: string, short?: string, long?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16))
    if (other !== undefined) return simpleEscapes[other] ?? whole
    // Names of characters are not looked up: each becomes U+FFFD.
    return bytes ? whole : decodeCodePoint(short ?? long)
  })
}

function decodeCodePoint(hex: string | undefined): string {
  const code = hex === undefined ? 0xfffd : Number.parseInt(hex, 16)
  return String.fromCodePoint(code > 0x10ffff ? 0xfffd : code)
}
