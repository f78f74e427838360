/** Lines of code that a function may have, without those of functions inside it: about one screen. */
export const allowed = 60
