/** What the stand-in does with a completion request. Whatever is not a failure follows the request's own `stream`. */
export type Behaviour =
  /** Answers with this text; without one, repeats the end of the caller's last message. Streams it word by word. */
  | { do: 'answer'; text?: string; delayMs?: number }
  /** Answers with "chunk 1 ", "chunk 2 " … at a steady pace. */
  | { do: 'chunks'; count: number; everyMs: number }
  /** Reasons, then answers. */
  | { do: 'think'; thinking: string; text: string }
  /** Answers in the other form than it was asked for: in one piece for a stream, as a stream for one piece. */
  | { do: 'misframe'; text: string }
  | { do: 'callTool'; name: string; arguments: Record<string, unknown> }
  | { do: 'refuse'; status: number; body?: unknown; headers?: Record<string, string> }
  | { do: 'limitRate'; retryAfterSeconds: number }
  /** Sends these chunks, then nothing more and keeps the connection. None: not even a status line. */
  | { do: 'stall'; afterChunks: number }
  /** Sends these chunks, then cuts the connection. None: not even a status line. */
  | { do: 'die'; afterChunks: number }
  /** Cuts the connection by a reset, before any answer. */
  | { do: 'reset' }
  /** A good head at once, then nothing. */
  | { do: 'stallAfterHead' }
  /** Headers without end. */
  | { do: 'endlessHeaders' }
  /** Interim answers (103) without end. */
  | { do: 'interimFlood' }
  /** The whole answer one byte at a time. */
  | { do: 'drip'; everyMs: number }
  /** A good answer whose chunks announce themselves at endless length. */
  | { do: 'chunkBomb' }
  /** 200 and the announced content type, but bytes that are neither JSON nor events. */
  | { do: 'talkGarbage' }
  /** What a proxy or a captive portal in front of a provider sends. */
  | { do: 'sendHtml'; status?: number }
  /** Streams until the caller leaves; with no pause, as fast as the caller reads. */
  | { do: 'streamForever'; everyMs?: number }
  /** An error object under status 200, as an event when the caller asked for a stream. */
  | { do: 'hideError'; message?: string }

export const wordsOf = (text: string): string[] => text.match(/\S+\s*/g) ?? [text]
