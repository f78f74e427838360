/** The highest allowed number of lines of code in a file. */
export const allowed = 500
