import type { ServerResponse } from 'node:http'
import { whenRoom } from '../sse.ts'

// Converting a longer chunk to a string would cost more than the saved write.
const maxPieceLength = 8 * 1024

/** Sends a chunk of a stream, and pauses the provider while the client's buffer is full. */
export function write(response: ServerResponse, piece: Buffer, controller: Pausable): void {
  if (writeChunk(response, piece) || controller.paused) return
  controller.pause()
  whenRoom(response, () => controller.resume())
}

interface Pausable {
  readonly paused: boolean
  pause(): void
  resume(): void
}

/** Sends the head and the first chunk of an answer in one write. */
export function beginWith(response: ServerResponse, sendFirst: () => void): void {
  const { socket } = response
  socket?.cork()
  sendFirst()
  socket?.uncork()
}

/**
 * Writes one chunk of the body with one system call. node:http would pass it in four pieces to writev, at twice the cost. Returns false when the
 * client's buffer is full.
 */
function writeChunk(response: ServerResponse, piece: Buffer): boolean {
  // An empty chunk would end the body.
  if (piece.length === 0) return true
  const { socket } = response
  const isPlain = socket?.writable === true && response.headersSent && response.chunkedEncoding && !response.writableEnded && piece.length <= maxPieceLength
  if (!isPlain) return response.write(piece)
  // latin1 keeps every byte.
  return socket.write(`${piece.length.toString(16)}\r\n${piece.toString('latin1')}\r\n`, 'latin1')
}
