const crypto = require('crypto')
const CryptoJS = require('crypto-js')

function store(password, algorithm) {
  // ok: weak-hash
  const hash = crypto.createHash('sha256').update(password).digest('hex')
  // ok: weak-hash
  const other = CryptoJS.SHA256(password).toString()
  // ok: weak-hash
  return [hash, other, crypto.createHash(algorithm).digest('hex')]
}
