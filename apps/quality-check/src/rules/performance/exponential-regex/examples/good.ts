// ok: exponential-regex
const words = /^\w+(\s\w+)*$/
// ok: exponential-regex
const text = /"(?:[^"\\]|\\.)*"/
// ok: exponential-regex
const choice = /^(\d|[a-z])+!$/
// ok: exponential-regex
const built = new RegExp('^a+$')

export const patterns = [words, text, choice, built]
