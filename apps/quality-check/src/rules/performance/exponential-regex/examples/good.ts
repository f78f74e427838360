// ok: exponential-regex
const words = /^\w+(\s\w+)*$/
// ok: exponential-regex
const text = /"(?:[^"\\]|\\.)*"/
// ok: exponential-regex
const choice = /^(\d|[a-z])+!$/
// ok: exponential-regex
const built = new RegExp('^a+$')

export const patterns = [words, text, choice, built]
// ok: exponential-regex
export const withoutHead = (text: string): string => text.replace(/^(?:\s*\/\/[^\r\n]*|\s*\/\*[\s\S]*?\*\/|\s*)+/, '')
// ok: exponential-regex
export const withoutScript = (text: string): string => text.replace(/<script\b([^<>]|\s)*>?/g, '')
