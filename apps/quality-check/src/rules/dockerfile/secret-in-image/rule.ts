import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerInstruction, ImageFile } from '../../../docker/image-file.ts'
import { kindOfKey } from '../../../secrets/key-name.ts'
import { likenessOf } from '../../../secrets/value.ts'
import type { DockerfileRule, Report } from '../../rule.ts'

// Publishable keys, which web pages contain: PostHog's project keys, Stripe's publishable keys.
const handedOut = /^["']?(?:phc_|pk_(?:live|test)_)/

/** ENV and ARG instructions whose name and value look like a credential. */
function secretsIn(file: ImageFile): (DockerInstruction & Pick<Report, 'message' | 'advice'>)[] {
  return instructionsOf(file, 'ENV', 'ARG').flatMap((instruction) => {
    const pairs = instruction.text.includes('=') ? [...instruction.text.matchAll(/([\w.-]{2,80})=("[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s"']{0,200})/g)] : [...instruction.text.matchAll(/^([\w.-]{2,80})\s+(\S{1,200})$/g)]
    const secrets = pairs.map(([, name = '', value = '']) => ({ name, likeness: isSecretName(name) && !handedOut.test(value) ? likenessOf(value.replace(/^["']|["']$/g, '')) : 'none' }))
    // A password chosen by a person is mostly a default that is replaced later.
    const secret = secrets.find(({ likeness }) => likeness === 'random') ?? secrets.find(({ likeness }) => likeness === 'password')
    return secret === undefined ? [] : [{ ...instruction, ...(secret.likeness !== 'random' && { advice: true as const }), message: `the value of ${secret.name} becomes part of the image` }]
  })
}

function isSecretName(name: string): boolean {
  const kind = kindOfKey(name)
  return kind === 'password' || kind === 'secret' || kind === 'token'
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
