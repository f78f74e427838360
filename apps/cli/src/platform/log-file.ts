import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

export interface LogFile {
  write(chunk: string | Uint8Array): void
  close(): void
}

/**
 * Appends to a file. When it exceeds its size, it becomes FILE.1, FILE.1 becomes FILE.2, and the oldest is deleted.
 * On a full disk log lines are lost, but the platform keeps running.
 */
export function openLog(file: string, { maxBytes = 10 * 1024 * 1024, kept = 3 } = {}): LogFile {
  let fd = openSync(file, 'a', 0o600)
  let size = fstatSync(fd).size
  const rotate = () => {
    rmSync(`${file}.${kept}`, { force: true })
    for (let n = kept - 1; n >= 0; n--) {
      try {
        renameSync(n === 0 ? file : `${file}.${n}`, `${file}.${n + 1}`)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
    const next = openSync(file, 'a', 0o600)
    closeSync(fd)
    fd = next
    size = 0
  }
  return {
    write(chunk) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      try {
        if (size > 0 && size + bytes.length > maxBytes) rotate()
        size += writeSync(fd, bytes)
      } catch (error) {
        if (!['ENOSPC', 'EDQUOT', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    },
    close: () => closeSync(fd),
  }
}
