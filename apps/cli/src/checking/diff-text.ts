import type { Change } from './patch.ts'

/** Changes as a unified diff with line numbers but without content, because the files are sent as well. */
export function diffOf(changes: readonly Change[]): string {
  return changes.map(({ path, lines }) => {
    const header = `--- ${lines === 'all' ? '/dev/null' : quote(`a/${path}`)}\n+++ ${quote(`b/${path}`)}\n`
    if (lines === 'all') return `${header}@@ -0,0 +1 @@\n+\n`
    return header + lines.map(({ first, last }) => `@@ -${first},0 +${first},${last - first + 1} @@\n${'+\n'.repeat(last - first + 1)}`).join('')
  }).join('')
}

/** Like git: a name with special characters is quoted, with its bytes in octal. */
function quote(name: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(name) && !/["\\]/.test(name)) return name
  const bytes = [...Buffer.from(name)].map((byte) => (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)))
  return `"${bytes.join('')}"`
}
