import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

export type SourceFile =
  | { readonly content: Buffer; readonly modifiedAt?: Date }
  | { readonly refused: string; /** Of a binary file. */ readonly beginning?: Buffer; /** Of a file that is too large. */ readonly sizeBytes?: number }

/** Reads a text file, or returns the reason for refusing it. Throws if it cannot be read at all. */
export function readSource(file: string, maxBytes: number): SourceFile {
  // Non-blocking: opening a named pipe would otherwise wait for a writer.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (stat.isDirectory()) return { refused: 'is a folder' }
    if (!stat.isFile()) return { refused: 'is not a regular file' }
    if (stat.size > maxBytes) return tooLarge(stat.size, maxBytes)
    return { ...sourceOf(readFileSync(fd)), modifiedAt: stat.mtime }
  } finally {
    closeSync(fd)
  }
}

export function tooLarge(bytes: number, maxBytes: number): SourceFile {
  return { refused: `is larger than ${maxBytes / 1024 / 1024} MB (${(bytes / 1024 / 1024).toFixed(1)} MB)`, sizeBytes: bytes }
}

/** Binary by git's definition: a NUL among the first bytes. */
export function sourceOf(content: Buffer): SourceFile {
  const beginning = content.subarray(0, 8_000)
  return beginning.includes(0) ? { refused: 'is binary', beginning } : { content }
}

/** A file's content in JSON: as text, or as base64 if it is not UTF-8. */
export function encodeContent(content: Buffer): { content: string; encoding?: 'base64' } {
  return isUtf8(content) ? { content: content.toString('utf8') } : { content: content.toString('base64'), encoding: 'base64' }
}

/** The message of a failed file operation, for people. */
export function describeFileError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Record<string, string> = { ENOENT: 'does not exist', EACCES: 'may not be read: permission denied', EPERM: 'may not be read: permission denied', ELOOP: 'is a symbolic link in a circle', ENOTDIR: 'is not a folder', EISDIR: 'is a folder, not a file' }
  return words[code ?? ''] ?? message
}
