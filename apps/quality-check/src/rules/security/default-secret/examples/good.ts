// ok: default-secret
const secret = process.env.JWT_SECRET ?? ''

// ok: default-secret
const region = process.env.REGION ?? 'eu-west-1'

// ok: default-secret
const secretName = process.env.SECRET_NAME ?? 'payments/api'

// ok: default-secret
const secretFile = process.env.SIGNING_SECRET ?? '/run/secrets/signing'

// ok: default-secret
const header = process.env.API_KEY_HEADER ?? 'x-api-key'

// ok: default-secret
const local = new OpenAI({ baseURL: 'http://localhost:11434/v1', apiKey: process.env.OPENAI_API_KEY ?? 'ollama' })

// ok: default-secret
const map = createMap({ key: process.env.NEXT_PUBLIC_MAPS_API_KEY ?? 'pk.1234567890abcdef' })

// ok: default-secret
const development = process.env.NODE_ENV === 'test' ? (process.env.JWT_SECRET ?? 'only-here') : required('JWT_SECRET')

// The value is published with the protocol, which needs one that all sides know.
// ok: default-secret
const salt = process.env.WELL_KNOWN_SECRET ?? 'lighthouse'

// ok: default-secret
const password = process.env.PGPASSWORD ?? 'postgres'

// ok: default-secret
const vault = process.env.VAULT_SECRET ?? 'secret/data/app'

// ok: default-secret
const events = process.env.POSTHOG_API_KEY ?? 'phc_1234567890abcdef'

function settings(stage: string) {
  switch (stage) {
    case 'development':
      // ok: default-secret
      return { secret: process.env.JWT_SECRET ?? 'only-on-this-machine' }
    default:
      return { secret: required('JWT_SECRET') }
  }
}
