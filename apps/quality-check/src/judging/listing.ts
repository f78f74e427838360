import { orderFindings, type Finding } from '../finding.ts'

/** The findings of one file, told as they come: at most 500, and then the last one says how many are not listed. */
export interface Listing {
  /** Told at once if they are few; many wait for the end, so that the worst of all are listed. */
  tell(findings: readonly Finding[]): void
  /** Tells what is left, given worst first. May be called again when more is found. */
  end(findings: readonly Finding[]): void
  readonly all: readonly Finding[]
}

const most = 500
const few = 100

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
    tell(findings) {
      if (findings.length <= few && all.length + findings.length < most) list(findings)
      else waiting = waiting.concat(findings)
    },
    end(findings) {
      const left = waiting.length === 0 ? findings : orderFindings([...waiting, ...findings])
      waiting = []
      if (full || left.length === 0) return
      if (all.length + left.length <= most) return list(left)
      full = true
      const kept = left.slice(0, Math.max(0, most - 1 - all.length))
      list([...kept, more(left[kept.length] as Finding, left.length - kept.length)])
    },
    all,
  }
}

function more(next: Finding, count: number): Finding {
  const { line, column, endLine, endColumn } = next
  return { line, column, endLine, endColumn, engine: 'elder', rule: 'elder/more-findings', category: 'maintainability', severity: 'note', blocker: false, securitySeverity: 0, cwe: '', message: `${count} more findings, none worse than these, are not listed`, fix: '', fingerprint: '' }
}
