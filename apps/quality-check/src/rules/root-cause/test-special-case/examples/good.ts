export function openLog(level: string): Log {
  // ok: test-special-case
  if (process.env.NODE_ENV === 'test') return silence(level)
  return writeTo('log.txt')
}

export function labelOf(kind: string): string {
  // ok: test-special-case
  if (kind === 'test') return 'a test'
  return kind
}

export function discount(code: string): number {
  // ok: test-special-case
  if (code === 'SUMMER') return 10
  return 0
}

const isTest = process.env.NODE_ENV === 'test'

export function delayOf(attempt: number): number {
  // ok: test-special-case
  return isTest ? 0 : backOff(attempt)
}

export function databasePath(): string {
  // ok: test-special-case
  return isTest ? ':memory:' : join(home(), 'data.db')
}

export function reporterOf(): Reporter {
  // ok: test-special-case
  return isTest ? quiet() : loud()
}
