import { styleText } from 'node:util'
import type { Terminal } from '../terminal.ts'

/** The supervisor's progress reports during the start: to the terminal, or over IPC to the waiting command. */
export type Report =
  | { readonly kind: 'begin'; readonly step: string }
  | { readonly kind: 'detail'; readonly text: string }
  | { readonly kind: 'done'; readonly step: string; readonly tookMs: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly fix?: string; readonly exitCode: number }

export type Reporter = (report: Report) => void

/** Runs one step and reports its start and duration. */
export async function reportStep<T>(report: Reporter, step: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  report({ kind: 'begin', step })
  const result = await work()
  report({ kind: 'done', step, tookMs: Math.round(performance.now() - startedAt) })
  return result
}

/** Prints steps as lines; on a terminal also the running one. */
export function showProgress({ streams: { stderr } }: Terminal): Reporter {
  // Progress goes to stderr, which may be a file even if stdout is a terminal.
  const style = (style: 'green' | 'red', text: string) => styleText(style, text, { stream: stderr })
  const live = stderr.isTTY
  const rewrite = (text: string) => stderr.write(`\r\x1b[2K${text.slice(0, (stderr.columns ?? 80) - 1)}`)
  let current = ''
  return (report) => {
    switch (report.kind) {
      case 'begin':
        current = report.step
        if (live) rewrite(`...  ${current}`)
        break
      case 'detail':
        if (live) rewrite(`...  ${current}: ${report.text}`)
        else stderr.write(`...  ${current}: ${report.text}\n`)
        break
      case 'done':
        if (live) rewrite('')
        stderr.write(`${style('green', 'ok')}   ${report.step} (${(report.tookMs / 1_000).toFixed(1)} s)\n`)
        break
      case 'failed':
        if (live) rewrite('')
        if (current !== '') stderr.write(`${style('red', 'FAIL')} ${current}\n`)
        break
      case 'ready':
        break
    }
  }
}
