import type { Turn } from './conversation.ts'

/** The conversation with neighbouring turns of a role as one turn. Their parts are copied once, however many turns become one. */
export function joinTurns(role: 'system' | 'assistant', turns: readonly Turn[]): Turn[] {
  const joined: { role: Turn['role']; parts: Turn['parts'][number][] }[] = []
  for (const turn of turns) {
    const last = joined.at(-1)
    if (turn.role !== role || last?.role !== role) joined.push({ role: turn.role, parts: [...turn.parts] })
    else for (const part of turn.parts) last.parts.push(part)
  }
  return joined as Turn[]
}
