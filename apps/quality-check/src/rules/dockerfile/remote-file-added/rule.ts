import { instructionsOf } from '../../../docker/image-file.ts'
import type { DockerfileRule } from '../../rule.ts'

export const rule: DockerfileRule = {
  kind: 'dockerfile',
  id: 'remote-file-added',
  title: 'file added from an address',
  why: 'Nothing checks what the server sends, and the layer is built anew or not without telling.',
  fix: 'Fetch it with curl --fail, check its checksum, or write ADD --checksum=sha256:….',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['dockerfile'],
  cwe: 'CWE-494',
  securitySeverity: 3,
  check: (file) => instructionsOf(file, 'ADD').filter(({ text }) => /^(?!.*--checksum=)(?:--\S+\s+)*\[?\s*"?https?:\/\/(?!\S+\.git\b)/i.test(text)),
}
