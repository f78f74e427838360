// ruleid: default-secret
const secret = process.env.JWT_SECRET ?? 'super-secret-key'

// ruleid: default-secret
app.use(session({ secret: process.env.SESSION_SECRET || 'changeme', resave: false }))

// ruleid: default-secret
export const payments = new Payments({ apiKey: process.env.PAYMENTS_API_KEY || 'my-default-api-key-123' })

// ruleid: default-secret
const admin = process.env['ADMIN_PASSWORD'] || 'admin'

// ruleid: default-secret
const cookies = import.meta.env.COOKIE_SECRET ?? 'keyboard cat'

// ruleid: default-secret
const key = process.env.ENCRYPTION_KEY || process.env.MASTER_KEY || '0123456789abcdef'
