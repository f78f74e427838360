/** Points that a function may have. */
export const allowed = 15
/** Minutes to mend a function that has more, and one for each point above. */
export const base = 5
