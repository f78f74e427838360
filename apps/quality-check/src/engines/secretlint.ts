export interface SecretlintMessage {
  /** The rule's name without the preset's prefix. */
  readonly rule: string
  readonly message: string
  readonly range: readonly [number, number]
}

/** For each rule of the preset, a pattern that every text matches in which the rule finds something. When secretlint is updated, compare them with the rules' own. */
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
/** Rules that are not used. Connection strings, private keys and Slack tokens are left to our rules, which recognise examples and keys with a passphrase; secretlint's suppression comments are not honoured. */
export const unusedSecretlintRules: readonly string[] = ['privatekey', 'slack', 'basicauth', 'database-connection-string', 'filter-comments']

// Parts of example tokens: no real token contains them.
const madeUp = /1234-1234|\.\.\./

const mayHoldSecret = new RegExp(Object.values(secretlintMarks).join('|'))

/** Runs secretlint on a text that may contain a secret. Most do not, and secretlint takes ten times as long as `mayHoldSecret` to find that out. */
export async function askSecretlint(text: string, extension: string): Promise<SecretlintMessage[]> {
  if (!mayHoldSecret.test(text)) return []
  const [{ lintSource }, { secretLintProfiler }, { creator }] = await Promise.all([import('@secretlint/core'), import('@secretlint/profiler'), import('@secretlint/secretlint-rule-preset-recommend')])
  // The profiler keeps every measurement in memory.
  secretLintProfiler.setEnabled(false)
  const { messages } = await lintSource({
    // Suppression comments are not honoured.
    source: { filePath: `file${extension}`, content: text.replaceAll('secretlint-disable', 'secretlint-ignored'), ext: extension, contentType: 'text' },
    options: { locale: 'en', maskSecrets: true, noPhysicFilePath: true, config: { rules: [{ id: 'recommend', rule: creator }] } },
  })
  return messages.map(({ ruleId, message, range }) => ({ rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ''), message, range })).filter(({ rule, range }) => !unusedSecretlintRules.includes(rule) && !madeUp.test(text.slice(...range)))
}
