/** The highest allowed complexity of a function. */
export const allowed = 15
/** The minutes that reducing it takes: a base, and one for each point above the limit. */
export const base = 5
