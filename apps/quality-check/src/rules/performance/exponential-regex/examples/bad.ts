// ruleid: exponential-regex
const words = /^(\w+\s?)*$/
// ruleid: exponential-regex
const nested = new RegExp('(a+)+$')
// ruleid: exponential-regex
const choice = /^(\w|\d)+!$/

export const patterns = [words, nested, choice]
