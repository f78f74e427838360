const crypto = require('crypto')
const CryptoJS = require('crypto-js')
const bcrypt = require('bcrypt')

function encrypt(text, key, password) {
  // ruleid: weak-cipher
  const old = crypto.createCipher('aes-256-cbc', key)
  // ruleid: weak-cipher
  const broken = crypto.createCipheriv('des-ede3-cbc', key, crypto.randomBytes(8))
  // ruleid: weak-cipher
  const blocks = crypto.createCipheriv('aes-128-ecb', key, null)
  // ruleid: weak-cipher
  const same = crypto.createCipheriv('aes-256-cbc', key, '1234567890123456')
  // ruleid: weak-cipher
  const other = CryptoJS.DES.encrypt(text, key)
  // ruleid: weak-cipher
  const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 })
  // ruleid: weak-cipher
  const derived = crypto.pbkdf2Sync(password, crypto.randomBytes(16), 1000, 32, 'sha256')
  // ruleid: weak-cipher
  return [old, broken, blocks, same, other, pair, derived, bcrypt.hashSync(password, 4)]
}
