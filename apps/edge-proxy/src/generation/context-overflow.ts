import type { Dialect } from '../errors.ts'

/** Providers' messages for a prompt that exceeds the model's context. */
const overflowMessages = /prompt is too long|maximum context length|context_length_exceeded|exceeds the (?:available|maximum) context|input token count/i

export function isContextOverflow(message: string, code: unknown): boolean {
  return code === 'context_length_exceeded' || overflowMessages.test(message)
}

/** The same in the words by which clients of a format recognize that they have to shorten the conversation; they check only the text. */
export function overflowInWordsOf(dialect: Dialect, message: string): string {
  if (dialect === 'anthropic') return message.includes('prompt is too long') ? message : `prompt is too long: ${message}`
  return /maximum context length|context_length_exceeded/.test(message) ? message : `${message} (context_length_exceeded)`
}
