import { parseSync, rawTransferSupported, type ParseResult, type ParserOptions } from 'oxc-parser'

const plain: ParserOptions = { preserveParens: false }
// Read from the parser's own memory, a tree costs half of what it costs as a text of JSON. The parser's types do not name this yet: whoever takes a later version
// looks whether it is still called so.
const raw = { ...plain, experimentalRawTransfer: true }
const options = isRawTransferPossible() ? raw : plain

/** Parses JavaScript or TypeScript, by the name of its file. */
export function parseJavaScript(name: string, text: string): ParseResult {
  return parseSync(name, text, options)
}

/** It takes 6 GB of addresses, of which next to none become memory: a small machine may refuse them. */
function isRawTransferPossible(): boolean {
  if (!rawTransferSupported()) return false
  try {
    parseSync('file.ts', '', raw)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
