import { Window } from '@elder/contracts/auth-usage'

export const minuteMs = 60_000

export interface Period {
  /** What sets this window's counter apart from the one before; empty for a minute, whose counter ends by itself. */
  readonly suffix: string
  readonly endsAtMs: number
}

/** The calendar day or month, UTC, that an instant lies in. */
export function periodAt(window: Window, atMs: number): Period {
  const at = new Date(atMs)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  const stamp = at.toISOString()
  if (window === Window.WINDOW_MONTH) return { suffix: `:${stamp.slice(0, 7)}`, endsAtMs: Date.UTC(year, month + 1, 1) }
  return { suffix: `:${stamp.slice(0, 10)}`, endsAtMs: Date.UTC(year, month, at.getUTCDate() + 1) }
}

/** One edge's part of what is left, so that the parts of all add up to it. */
export function shareOf(left: number, replicas: number, rank: number): number {
  if (left <= 0) return 0
  return Math.floor(left / replicas) + (rank < left % replicas ? 1 : 0)
}
