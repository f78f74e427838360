const crypto = require('crypto')

function check(req, user, password, passwordConfirmation) {
  // ok: secret-comparison
  if (password === undefined) return false
  // ok: secret-comparison
  if (password !== passwordConfirmation) return false
  // ok: secret-comparison
  return crypto.timingSafeEqual(Buffer.from(req.body.mac), user.mac)
}

// Reads the texts of a page in the language of the request.
function translated(token, texts, i18n) {
  // ok: secret-comparison
  return i18n.exists(token) && texts.title === token ? i18n.t(token) : token
}
