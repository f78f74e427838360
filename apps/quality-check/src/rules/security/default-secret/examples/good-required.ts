if (!process.env.SESSION_SECRET) throw new Error('SESSION_SECRET is required')

// ok: default-secret
export const sessionSecret = process.env.SESSION_SECRET || 'keyboard cat'

// ok: default-secret
export const devConfig = () => ({ secret: process.env.JWT_SECRET || 'only-on-this-machine' })
