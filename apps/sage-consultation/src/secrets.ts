/** Returns the kind and position of a secret in a text, never the secret itself; undefined when there is none. */
export type FindSecret = (path: string, text: string) => Promise<string | undefined>

// Formats that the published preset does not contain.
const shapes: readonly { readonly name: string; readonly shape: RegExp }[] = [
  { name: 'elder key', shape: /\belder_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}\b/ },
  { name: 'private key', shape: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{60}/ },
  { name: 'openai key', shape: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}/ },
  { name: 'google key', shape: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { name: 'gitlab token', shape: /\bglpat-[A-Za-z0-9_-]{20,}/ },
  { name: 'password in a URL', shape: /\b(?:rediss?|amqps?|nats|mongodb(?:\+srv)?):\/\/[^\s:/@]*:[^\s:/@$<{*]{8,}@/ },
]

/** The scanner is loaded with the first file, because it takes memory that a service which only answers questions does not need. */
export function createSecretFinder(): FindSecret {
  let loading: Promise<FindSecret> | undefined
  return async (path, text) => {
    for (const { name, shape } of shapes) {
      const at = text.search(shape)
      if (at >= 0) return `${name}, line ${text.slice(0, at).split('\n').length}`
    }
    loading ??= loadScanner()
    return (await loading)(path, text)
  }
}

async function loadScanner(): Promise<FindSecret> {
  const [{ lintSource }, preset] = await Promise.all([import('@secretlint/core'), import('@secretlint/secretlint-rule-preset-recommend')])
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: preset.creator }] }
  return async (path, text) => {
    const source = { filePath: path, content: text, contentType: 'text' as const }
    const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true, maskSecrets: true } })
    const first = messages.find(({ severity }) => severity === 'error')
    return first && `${first.ruleId.replace('@secretlint/secretlint-rule-', '')}, line ${first.loc.start.line}`
  }
}
