import type { DestinationStream } from 'pino'

const secretNames = ['authorization', 'apiKey', 'password', 'secret', 'token', 'cookie', 'key']

/** Fields that pino blanks wherever a log call names them, at the top or one level down. */
export const redactedFields = secretNames.flatMap((name) => [name, `*.${name}`])

// Elder's own keys, also when a message has cut them short, provider keys in their public shapes, and passwords inside URLs.
const secretShapes = /elder_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{4,}|\bsk-[A-Za-z0-9_-]{16,}|\bBearer [A-Za-z0-9._~+/-]{16,}=*/g
const urlPasswords = /(:\/\/[^:/@\s"]*):[^@/\s"]+@/g

/** The last line of defence: blanks what looks like a secret in any text on its way out. */
export function redactingStream(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(redact(line)) }
}

export function redact(text: string): string {
  return text.replace(secretShapes, '[redacted]').replace(urlPasswords, '$1:[redacted]@')
}
