import { readJson } from './json-formats.ts'
import { readLcov } from './lcov.ts'
import { CoverageCollector, UnreadableReport, type FileLines } from './line-coverage.ts'
import { readClover, readCobertura, readJacoco } from './xml-formats.ts'

const headBytes = 65_536

/** Reads a report, whose content determines the format whatever its name. Throws UnreadableReport when no format matches. */
export function readReport(content: Uint8Array): Map<string, FileLines> {
  const collector = new CoverageCollector()
  readerOf(new TextDecoder().decode(content.subarray(0, headBytes)).replace(/^\uFEFF/, '').trimStart())(content, collector)
  return collector.files
}

function readerOf(head: string): (content: Uint8Array, collector: CoverageCollector) => void {
  if (head.startsWith('{')) return readJson
  if (head.startsWith('<')) return xmlReaderOf(head)
  if (/^(TN|SF):/m.test(head)) return readLcov
  throw new UnreadableReport(head === '' ? 'is empty' : 'is in no format that is known: send lcov, Cobertura, Clover, JaCoCo, Istanbul JSON or coverage.py JSON')
}

function xmlReaderOf(head: string): (content: Uint8Array, collector: CoverageCollector) => void {
  const root = /<([A-Za-z][\w.-]*)[\s>/]/.exec(head)
  if (root?.[1] === 'report') return readJacoco
  // Both formats have the root element "coverage": Clover's contains a project, Cobertura's packages.
  if (root?.[1] === 'coverage') return /<project[\s>/]/.test(head) ? readClover : readCobertura
  throw new UnreadableReport(`is XML, but no coverage report that is known${root === null ? '' : `: its root is <${root[1]?.slice(0, 60)}>`}`)
}
