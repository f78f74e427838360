import { readFileSync } from 'node:fs'

// /proc reports CPU time in units of 1/100 s (USER_HZ), whatever the kernel's timer frequency.
const tickMs = 10

/** The CPU time of a process with all its threads, in milliseconds; undefined on systems other than Linux, and when the process has ended. */
export function processorTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The process name before these fields may contain spaces and brackets.
    const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * tickMs
  } catch {
    return undefined
  }
}
