export interface SecretlintMessage {
  /** Without the prefix that all rules of the preset have. */
  readonly rule: string
  readonly message: string
  readonly range: readonly [number, number]
}

/** What a text must hold for each rule of the preset to speak of it. Whoever takes a later version looks whether its rules look for more. */
export const secretlintMarks: Readonly<Record<string, string>> = {
  aws: '(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)',
  gcp: '"private_key',
  npm: ':x-oauth-basic@|_authToken=|npm_[A-Za-z0-9_]{36}',
  sendgrid: 'SG\\.\\w+\\.',
  shopify: 'shp(?:pa|ca|at|ss)_',
  stripe: '[rs]k_(?:live|test)_',
  github: 'gh[pousr]_|github_pat_',
  gitlab: 'glpat-',
  grafana: 'glc_|glsa_',
  openai: 'T3BlbkFJ',
  anthropic: 'sk-ant-api0',
  groq: 'gsk_[a-zA-Z0-9]{52}',
  huggingface: 'hf_[a-zA-Z]{34}',
  linear: 'lin_api_',
  notion: 'ntn_[0-9]{11}',
  '1password': 'ops_ey',
  'hashicorp-vault': 'hv[sbr]\\.[A-Za-z0-9_-]{90}',
  vercel: 'vc[piark]_[A-Za-z0-9]{20}',
  databricks: 'dapi[A-Fa-f0-9]{32}',
  docker: 'dckr_pat_',
  figma: 'figd_',
  cloudflare: 'cf(?:k|ut|at)_[A-Za-z0-9]{40}',
  tailscale: 'tskey-',
}
/** Addresses with passwords, private keys and Slack's tokens are left to our rules, which know made-up ones and one with a passphrase; comments that switch rules off are not honoured. */
export const unheardSecretlintRules: readonly string[] = ['privatekey', 'slack', 'basicauth', 'database-connection-string', 'filter-comments']

// Nobody was given such a token.
const madeUp = /1234-1234|\.\.\./

const mayHoldSecret = new RegExp(Object.values(secretlintMarks).join('|'))

/** What secretlint sees in a text. Nearly every text holds nothing that begins like a secret, which costs it ten times as much to find out. */
export async function askSecretlint(text: string, extension: string): Promise<SecretlintMessage[]> {
  if (!mayHoldSecret.test(text)) return []
  const [{ lintSource }, { secretLintProfiler }, { creator }] = await Promise.all([import('@secretlint/core'), import('@secretlint/profiler'), import('@secretlint/secretlint-rule-preset-recommend')])
  // It measures itself for ever and forgets nothing of it.
  secretLintProfiler.setEnabled(false)
  const { messages } = await lintSource({
    // A secret stays one, whatever a comment says.
    source: { filePath: `file${extension}`, content: text.replaceAll('secretlint-disable', 'secretlint-ignored'), ext: extension, contentType: 'text' },
    options: { locale: 'en', maskSecrets: true, noPhysicFilePath: true, config: { rules: [{ id: 'recommend', rule: creator }] } },
  })
  return messages.map(({ ruleId, message, range }) => ({ rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ''), message, range })).filter(({ rule, range }) => !unheardSecretlintRules.includes(rule) && !madeUp.test(text.slice(...range)))
}
