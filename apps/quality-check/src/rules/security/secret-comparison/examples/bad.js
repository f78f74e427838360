const crypto = require('crypto')

function check(req, user, key) {
  // ruleid: secret-comparison
  if (req.body.password === user.password) return true
  const signature = crypto.createHmac('sha256', key).update(req.rawBody).digest('hex')
  // ruleid: secret-comparison
  return signature === req.headers.signature
}
