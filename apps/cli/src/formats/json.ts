import { byPlace } from '../checking/report.ts'
import type { Format } from './format.ts'

/** The platform's answer, sorted by position. */
export const format: Format = {
  report: (report, { terminal }) => terminal.json({ ...report, findings: byPlace(report.findings) }),
}
