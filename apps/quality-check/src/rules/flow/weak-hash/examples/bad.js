const crypto = require('crypto')
const CryptoJS = require('crypto-js')
const md5 = require('md5')

function store(password) {
  // ruleid: weak-hash
  const hash = crypto.createHash('md5').update(password).digest('hex')
  // ruleid: weak-hash
  const other = crypto.createHash('SHA1').update(password).digest('hex')
  // ruleid: weak-hash
  const third = CryptoJS.MD5(password).toString()
  // ruleid: weak-hash
  return [hash, other, third, md5(password)]
}
