/** The highest allowed number of lines of code in a function, not counting functions inside it: about one screen. */
export const allowed = 60
