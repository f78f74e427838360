const crypto = require('crypto')

function check(req, user, password, passwordConfirmation) {
  // ok: secret-comparison
  if (password === undefined) return false
  // ok: secret-comparison
  if (password !== passwordConfirmation) return false
  // ok: secret-comparison
  return crypto.timingSafeEqual(Buffer.from(req.body.mac), user.mac)
}
