import type { Dialect } from '../errors.ts'

/** How providers say that a prompt is longer than their model takes. */
const sayings = /prompt is too long|maximum context length|context_length_exceeded|exceeds the (?:available|maximum) context|input token count/i

export function isContextOverflow(message: string, code: unknown): boolean {
  return code === 'context_length_exceeded' || sayings.test(message)
}

/** The same in words by which clients of a format know that they have to shorten the conversation: they look at nothing else. */
export function overflowInWordsOf(dialect: Dialect, message: string): string {
  if (dialect === 'anthropic') return message.includes('prompt is too long') ? message : `prompt is too long: ${message}`
  return /maximum context length|context_length_exceeded/.test(message) ? message : `${message} (context_length_exceeded)`
}
