const crypto = require('crypto')
const bcrypt = require('bcrypt')

function encrypt(text, key, password) {
  const iv = crypto.randomBytes(12)
  // ok: weak-cipher
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv)
  // ok: weak-cipher
  const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 4096 })
  // ok: weak-cipher
  const derived = crypto.pbkdf2Sync(password, crypto.randomBytes(16), 600_000, 32, 'sha256')
  // ok: weak-cipher
  return [cipher, pair, derived, bcrypt.hashSync(password, 12)]
}
