import { onRegexOf } from '../../../python/regex-literals.ts'

export const python = onRegexOf('polynomial', (source) => `r"${source}" takes time that grows faster than the text it does not match`)
