/** The highest allowed number of parameters. */
export const allowed = 7
