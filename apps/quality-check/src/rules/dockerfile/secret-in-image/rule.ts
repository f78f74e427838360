import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerInstruction, ImageFile } from '../../../docker/image-file.ts'
import { kindOfKey } from '../../../secrets/key-name.ts'
import { likenessOf } from '../../../secrets/value.ts'
import type { DockerfileRule } from '../../rule.ts'

/** ENV and ARG whose names say credential and whose values say it too. */
function secretsIn(file: ImageFile): (DockerInstruction & { message: string })[] {
  return instructionsOf(file, 'ENV', 'ARG').flatMap((instruction) => {
    const pairs = instruction.text.includes('=') ? [...instruction.text.matchAll(/([\w.-]{2,80})=("[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s"']{0,200})/g)] : [...instruction.text.matchAll(/^([\w.-]{2,80})\s+(\S{1,200})$/g)]
    const [secret] = pairs.filter(([, name = '', value = '']) => isCredential(name, value.replace(/^["']|["']$/g, '')))
    return secret === undefined ? [] : [{ ...instruction, message: `the value of ${secret[1]} becomes part of the image` }]
  })
}

function isCredential(name: string, value: string): boolean {
  const kind = kindOfKey(name)
  return (kind === 'password' || kind === 'secret' || kind === 'token') && likenessOf(value) !== 'none'
}

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'secret-in-image',
  title: 'secret in a layer of the image',
  why: 'Everybody who can pull the image can read it: docker history shows ENV and ARG.',
  fix: 'Hand it over at run time, or in the build with RUN --mount=type=secret.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['dockerfile'],
  cwe: 'CWE-798',
  securitySeverity: 6.5,
  check: secretsIn,
}
