import { Window } from '@elder/contracts/auth-usage'

export const minuteMs = 60_000

export interface Period {
  /** The part of the key that names this window; empty for a minute, whose counter is reset in place. */
  readonly suffix: string
  readonly endsAtMs: number
}

/** The calendar day or month (UTC) of an instant. */
export function periodAt(window: Window, atMs: number): Period {
  const at = new Date(atMs)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  const stamp = at.toISOString()
  if (window === Window.WINDOW_MONTH) return { suffix: `:${stamp.slice(0, 7)}`, endsAtMs: Date.UTC(year, month + 1, 1) }
  return { suffix: `:${stamp.slice(0, 10)}`, endsAtMs: Date.UTC(year, month, at.getUTCDate() + 1) }
}

/** One edge's share of what remains; the shares of all edges add up to it. */
export function shareOf(left: number, replicas: number, rank: number): number {
  if (left <= 0) return 0
  return Math.floor(left / replicas) + (rank < left % replicas ? 1 : 0)
}
