/** node:http, taken this way because an import reads every export it has, one of which loads undici: 25 ms of a check's 90. */
export const http = process.getBuiltinModule('node:http')
