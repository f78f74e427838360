function isOpening(token, last) {
  // ok: secret-comparison
  return token === last.opening
}
