/** Statements that may stand inside each other in a function. */
export const allowed = 4
