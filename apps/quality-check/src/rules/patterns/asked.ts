/** A value of a request, unchanged. */
export const asked = {
  go: '(?:\\w+\\.(?:URL\\.Query\\(\\)\\.Get|FormValue|PostFormValue|PathValue)|\\b(?:c|ctx)\\.(?:Query|QueryParam|Param|Params|PostForm))\\("[^"\\n]*"\\)',
  java: '\\b\\w*[rR]eq(?:uest)?\\.(?:getParameter|getHeader)\\("[^"\\n]*"\\)',
}
/** A string literal. */
export const text = '"(?:[^"\\\\\\n]|\\\\.)*"'
/** The name in the first group does not occur in between, string literals excepted: a column may have the same name. */
export const untouched = `(?:${text}|(?!\\b\\1\\b)[^"]){0,1500}?`
