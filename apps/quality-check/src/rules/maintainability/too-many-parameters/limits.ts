/** Parameters that a function may take. */
export const allowed = 7
