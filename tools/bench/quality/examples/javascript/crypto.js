const crypto = require('crypto'); const jwt = require('jsonwebtoken'); const https = require('https'); const bcrypt = require('bcrypt')
function hash(password) {
  // ruleid: hash
  return crypto.createHash('md5').update(password).digest('hex')
}
// ok: hash
const etag = (body) => crypto.createHash('sha256').update(body).digest('hex')
// ruleid: cipher
crypto.createCipheriv('des-ede3-cbc', key, iv)
// ruleid: cipher
crypto.createCipheriv('aes-128-ecb', key, null)
// ok: cipher
crypto.createCipheriv('aes-256-gcm', key, crypto.randomBytes(12))
// ruleid: jwt
jwt.sign({ id: 1 }, 'my-hard-coded-secret')
// ok: jwt
jwt.sign({ id: 1 }, process.env.JWT_SECRET)
// ruleid: jwt
jwt.verify(token, key, { algorithms: ['none'] })
// ok: jwt
jwt.verify(token, key, { algorithms: ['RS256'] })
// ruleid: tls
https.request({ host: 'a', rejectUnauthorized: false })
// ruleid: tls
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
// ok: tls
https.request({ host: 'a', rejectUnauthorized: true })
// ruleid: random
const token = Math.random().toString(36).slice(2)
// ok: random
const jitter = Math.random() * 100
// ok: random
const session = crypto.randomBytes(32).toString('hex')
// ruleid: cred
const db = require('mysql').createConnection({ host: 'h', user: 'root', password: 'Tr0ub4dor&3' })
// ok: cred
const db2 = require('mysql').createConnection({ host: 'h', user: 'root', password: process.env.DB_PASSWORD })
