const modifiers = String.raw`(?:export|default|declare|public|private|protected|internal|static|abstract|final|sealed|readonly|override|async|unsafe|extern|pub(?:\([a-z]+\))?|inline|virtual|open|data)\s+`
const keywords = String.raw`function\*?|class|interface|type|enum|struct|trait|impl|record|object|module|namespace|package|def|fn|func|fun|sub|macro|message|service|rpc|describe|resource`
const declaration = new RegExp(String.raw`^\s*(?:${modifiers})*(?:${keywords})\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)`, 'u')
const binding = new RegExp(String.raw`^(?:${modifiers})*(?:const|let|var|val|static)\s+([\p{L}_$][\p{L}\p{N}_$]*)`, 'u')
const table = /^\s*create\s+(?:or\s+replace\s+)?(?:unique\s+)?(?:table|view|index|function|procedure|type|trigger)\s+(?:if\s+not\s+exists\s+)?["`]?([\w.]+)/i
const heading = /^#{1,6}\s+(\S.*)$/
const assigned = /^([A-Za-z_][A-Za-z0-9_]*)\s*(?::[^=]+)?=(?!=)/

/**
 * The name that a line defines, in the syntax of many languages: a function, a type, a top-level constant, a table, a heading.
 * Undefined for any other line.
 */
export function definedName(line: string): string | undefined {
  const match = declaration.exec(line) ?? binding.exec(line) ?? table.exec(line) ?? heading.exec(line) ?? assigned.exec(line)
  return match?.[1]
}
