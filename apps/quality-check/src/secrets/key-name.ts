import { wordsOf } from './value.ts'

/** The kind of value that a name announces: a person's password, a machine's secret, something that may be one, or neither. */
export type KeyKind = 'password' | 'secret' | 'token' | 'unsure' | 'none'

const passwordEnd = /(?:passwords?|passwd|passphrase|passcode|pwd|passwort|kennwort|senha|contrasena|motdepasse)$/
const secretEnd = /(?:secrets?|credentials?|apikey|secretkey|accesskey|privatekey|authkey|signingkey|encryptionkey|masterkey|appkey|clientsecret)$/
const passWords = new Set(['pass', 'pw', 'userpass', 'dbpass', 'mypass', 'adminpass', 'rootpass', 'smtppass', 'mailpass', 'sshpass', 'psw', 'pswd', 'passw', 'sqlpass', 'dbpasswd'])
// Words before "key" that make it a credential.
const keyOwners = new Set(
  'api access secret private encryption encrypt encrypted decryption decrypt signing sign signature master auth authentication account storage license application app client session jwt jws hmac aes des rsa crypto cipher ssh deploy subscription service server consumer shared root admin security webhook bot integration product ingestion ingest instrumentation write rest sas vault wallet openai anthropic stripe google maps map gcp azure aws sendgrid mailgun twilio algolia datadog dd relic segment firebase weather groq mistral cohere huggingface rollbar bugsnag amplitude mixpanel hubspot airtable notion shopify github gitlab slack telegram pusher postmark mailchimp mandrill sparkpost cloudflare heroku digitalocean fastly netlify supabase'.split(' '),
)
// Words that do not change the meaning at the end of a name.
const fillers = new Set(['value', 'val', 'string', 'str', 'default', 'plain', 'plaintext', 'raw', 'base', 'encoded', 'live', 'prod', 'production', 'dev', 'test', 'staging', 'old', 'new', 'current', 'primary', 'secondary', 'literal', 'const', 'constant'])
const neverSecret = new Set('hash hashed hashes digest checksum sha integrity etag fingerprint commit revision public publishable csrf xsrf authenticity next page continuation cancel cancellation syntax eos bos pad unk mask sep cls sync resume sitekey translation label placeholder tokenizer regex pattern selector css'.split(' '))

/** Classifies a name in any notation: "DB_PASSWORD", "clientSecret", "spring.datasource.password". */
export function kindOfKey(name: string): KeyKind {
  const all = wordsOf(name)
  if (all.some((word) => neverSecret.has(word))) return 'none'
  let length = all.length
  while (length > 1 && (/^\d+$/.test(all[length - 1] as string) || fillers.has(all[length - 1] as string))) length--
  const last = all[length - 1]
  const before = all[length - 2]
  if (last === undefined) return 'none'
  if (passwordEnd.test(last) || passWords.has(last) || (last === 'word' && before === 'pass') || (last === 'phrase' && before === 'pass')) return 'password'
  if (last === 'id' && before === 'secret') return 'token'
  if (secretEnd.test(last)) return 'secret'
  if (/(?:token|bearer)$/.test(last)) return 'token'
  if (last === 'key' || last === 'keys') return kindOfPlainKey(before, length)
  return last === 'auth' || last === 'authorization' || last === 'salt' || last === 'authtoken' ? 'unsure' : 'none'
}

function kindOfPlainKey(before: string | undefined, length: number): KeyKind {
  if (length === 1) return 'unsure'
  return before !== undefined && keyOwners.has(before) ? 'secret' : 'none'
}
