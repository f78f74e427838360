import { parseSync, rawTransferSupported, type ParseResult, type ParserOptions } from 'oxc-parser'

const plain: ParserOptions = { preserveParens: false }
// With raw transfer, a tree costs half as much as through JSON. The parser's types do not declare this experimental option yet: check after an update that
// it still exists.
const raw = { ...plain, experimentalRawTransfer: true }
const options = isRawTransferPossible() ? raw : plain

/** Parses JavaScript or TypeScript; the extension of the name selects the syntax. */
export function parseJavaScript(name: string, text: string): ParseResult {
  return parseSync(name, text, options)
}

/** Raw transfer reserves 6 GB of address space, hardly any of which is used. Small machines may refuse that. */
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
