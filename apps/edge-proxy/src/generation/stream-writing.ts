import type { ServerResponse } from 'node:http'
import { whenRoom } from '../sse.ts'

// A longer one is not made a text of: copying it would cost more than what it saves.
const longestPiece = 8 * 1024

/** Sends a piece of a stream, and has the provider wait when the client does not take it as fast. */
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

/** Begins an answer with its first piece: head and piece leave in one write. */
export function beginWith(response: ServerResponse, sendFirst: () => void): void {
  const { socket } = response
  socket?.cork()
  sendFirst()
  socket?.uncork()
}

/**
 * One chunk of the body in one call of the system. node:http would hand four pieces of it to a gathering write later in the turn, for twice the
 * price. False: the client has more to take first.
 */
function writeChunk(response: ServerResponse, piece: Buffer): boolean {
  // An empty chunk would be the end of the body.
  if (piece.length === 0) return true
  const { socket } = response
  const isPlain = socket?.writable === true && response.headersSent && response.chunkedEncoding && !response.writableEnded && piece.length <= longestPiece
  if (!isPlain) return response.write(piece)
  // As latin1 every byte is one character, and back.
  return socket.write(`${piece.length.toString(16)}\r\n${piece.toString('latin1')}\r\n`, 'latin1')
}
