/** A word that the caller of a service wrote, as it came. */
export const asked = {
  go: '(?:\\w+\\.(?:URL\\.Query\\(\\)\\.Get|FormValue|PostFormValue|PathValue)|\\b(?:c|ctx)\\.(?:Query|QueryParam|Param|Params|PostForm))\\("[^"\\n]*"\\)',
  java: '\\b\\w*[rR]eq(?:uest)?\\.(?:getParameter|getHeader)\\("[^"\\n]*"\\)',
}
/** A text in quotes. */
export const text = '"(?:[^"\\\\\\n]|\\\\.)*"'
/** Nothing is said of the first group's name; a column of that name in a text says nothing of it. */
export const untouched = `(?:${text}|(?!\\b\\1\\b)[^"]){0,1500}?`
