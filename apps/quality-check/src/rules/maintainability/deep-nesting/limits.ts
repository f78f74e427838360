/** The highest allowed nesting depth of statements in a function. */
export const allowed = 4
