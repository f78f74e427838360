import { onRegexOf } from '../../../python/regex-literals.ts'

export const python = onRegexOf('exponential', (source) => `r"${source}" takes time that doubles with every character of a text that does not match`)
