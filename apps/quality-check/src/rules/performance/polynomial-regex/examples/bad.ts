// ruleid: polynomial-regex
export const spaced = /\s*\n\s*$/
