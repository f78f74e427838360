import { statfsSync } from 'node:fs'

const fullBelowBytes = 8 * 1024 * 1024
const freeAboveBytes = 32 * 1024 * 1024
const everyMs = 1_000

/**
 * Calls back whenever a full disk has free space again: after a failed write, NATS accepts nothing more until it is
 * restarted. Reading the disk's state costs microseconds.
 */
export function watchDisk(folder: string, hasRoomAgain: () => void, freeBytes: (folder: string) => number = freeBytesOf, intervalMs = everyMs): { stop(): void } {
  let wasFull = false
  const timer = setInterval(() => {
    const free = freeBytes(folder)
    if (free < fullBelowBytes) wasFull = true
    else if (wasFull && free > freeAboveBytes) {
      wasFull = false
      hasRoomAgain()
    }
  }, intervalMs)
  return { stop: () => clearInterval(timer) }
}

function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    // The folder has been deleted: neither full nor free.
    return Number.NaN
  }
}
