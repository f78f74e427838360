import type { Edge } from '../edge.ts'
import type { CheckReport, Finding } from '../checking/report.ts'
import type { Terminal } from '../terminal.ts'

/** The context of a format besides the report. */
export interface Surroundings {
  readonly terminal: Terminal
  /** The path of a file within the repository. */
  pathOf(name: string): string
  readonly showSuppressed: boolean
  /** Makes further requests to the platform. */
  withEdge<T>(work: (edge: Edge) => Promise<T>): Promise<T>
}

/** An output format. */
export interface Format {
  /** Prints a finding as it arrives. A format without this prints everything at the end. */
  readonly finding?: (finding: Finding, around: Surroundings) => void
  /** Prints the report, without findings that were already printed. */
  report(report: CheckReport, around: Surroundings): void | Promise<void>
}

/** One line for a terminal, a log or a model. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

export const formatNames = ['text', 'json', 'sarif', 'junit', 'aider', 'github'] as const
export type FormatName = (typeof formatNames)[number]

const formats: Readonly<Record<FormatName, () => Promise<{ format: Format }>>> = {
  text: () => import('./text.ts'),
  json: () => import('./json.ts'),
  sarif: () => import('./sarif.ts'),
  junit: () => import('./junit.ts'),
  aider: () => import('./aider.ts'),
  github: () => import('./github.ts'),
}

/** Loads only the requested format. */
export async function loadFormat(name: FormatName): Promise<Format> {
  return (await formats[name]()).format
}
