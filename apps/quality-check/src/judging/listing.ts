import { orderFindings, type Finding } from '../finding.ts'

/** Publishes the findings of one file: at maxListed 500, of which the last one then says how many more there are. */
export interface Listing {
  /** Publishes a maxAtOnce findings at once. Many wait for `end`, so that the worst of all are listed. */
  add(findings: readonly Finding[]): void
  /** Publishes the rest; pass findings worst first. May be called again with more. */
  end(findings: readonly Finding[]): void
  readonly all: readonly Finding[]
}

const maxListed = 500
const maxAtOnce = 100

export function createListing(push: (finding: Finding) => void): Listing {
  const all: Finding[] = []
  let waiting: Finding[] = []
  let full = false

  function list(findings: readonly Finding[]): void {
    for (const finding of findings) {
      all.push(finding)
      push(finding)
    }
  }

  return {
    add(findings) {
      if (findings.length <= maxAtOnce && all.length + findings.length < maxListed) list(findings)
      else waiting = waiting.concat(findings)
    },
    end(findings) {
      const left = waiting.length === 0 ? findings : orderFindings([...waiting, ...findings])
      waiting = []
      if (full || left.length === 0) return
      if (all.length + left.length <= maxListed) return list(left)
      full = true
      const kept = left.slice(0, Math.max(0, maxListed - 1 - all.length))
      list([...kept, more(left[kept.length] as Finding, left.length - kept.length)])
    },
    all,
  }
}

function more(next: Finding, count: number): Finding {
  const { line, column, endLine, endColumn } = next
  return { line, column, endLine, endColumn, engine: 'elder', rule: 'elder/more-findings', category: 'maintainability', severity: 'note', blocker: false, securitySeverity: 0, cwe: '', message: `${count} more findings, none worse than these, are not listed`, fix: '', fingerprint: '' }
}
