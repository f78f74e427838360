import { readFileSync } from 'node:fs'

// The kernel tells it to programs in hundredths of a second, whatever its own clock does.
const tickMs = 10

/** Milliseconds of processor time that a process has used, in all its threads; undefined where the system does not tell (only Linux does), or the process is gone. */
export function processorTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name before them may hold blanks and brackets.
    const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * tickMs
  } catch {
    return undefined
  }
}
