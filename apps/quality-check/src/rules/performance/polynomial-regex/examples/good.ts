// ok: polynomial-regex
export const mail = /^[\w.]+@\w+$/
// ok: polynomial-regex
export const line = /^[^,]*,[^,]*$/
