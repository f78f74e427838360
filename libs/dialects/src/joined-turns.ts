import type { Turn } from './conversation.ts'

/** Merges neighbouring turns of a role into one. Each part is copied only once, so the time is linear. */
export function joinTurns(role: 'system' | 'assistant', turns: readonly Turn[]): Turn[] {
  const joined: { role: Turn['role']; parts: Turn['parts'][number][] }[] = []
  for (const turn of turns) {
    const last = joined.at(-1)
    if (turn.role !== role || last?.role !== role) joined.push({ role: turn.role, parts: [...turn.parts] })
    else for (const part of turn.parts) last.parts.push(part)
  }
  return joined as Turn[]
}
