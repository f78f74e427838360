import { SaxesParser } from 'saxes'
import { UnreadableReport } from './line-coverage.ts'

const pieceBytes = 262_144

/** Decodes a report in pieces, so that a large one is not in memory twice. */
export function* textPieces(content: Uint8Array): Generator<string, void, undefined> {
  const decoder = new TextDecoder()
  for (let start = 0; start < content.length; start += pieceBytes) yield decoder.decode(content.subarray(start, start + pieceBytes), { stream: true })
  yield decoder.decode()
}

export interface XmlHandler {
  /** `path` are the names of the enclosing elements, outermost first. */
  open(name: string, attributes: Readonly<Record<string, string>>, path: readonly string[]): void
  text?(text: string, path: readonly string[]): void
}

const deepest = 100

/** Parses XML text. Custom entities are an error, and external references are not fetched. */
export function readXml(content: Uint8Array, { open, text }: XmlHandler): void {
  const parser = new SaxesParser()
  const path: string[] = []
  parser.on('error', (error) => {
    throw new UnreadableReport(`is not valid XML at line ${parser.line}: ${error.message.replace(/^\d+:\d+: /, '')}`)
  })
  parser.on('opentag', ({ name, attributes }) => {
    open(name, attributes, path)
    path.push(name)
    if (path.length > deepest) throw new UnreadableReport(`nests more than ${deepest} elements at line ${parser.line}`)
  })
  parser.on('closetag', () => {
    path.pop()
  })
  if (text !== undefined) parser.on('text', (words) => text(words, path))
  for (const piece of textPieces(content)) parser.write(piece)
  parser.close()
}
