/** Lines of code that a file may have. */
export const allowed = 500
