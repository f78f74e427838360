function escape(text) {
  // ruleid: incomplete-escaping
  const html = text.replace('<', '&lt;')
  // ruleid: incomplete-escaping
  const quoted = text.replace("'", "\\'")
  // ruleid: incomplete-escaping
  return [html, quoted, text.replace(/"/, '&quot;'), text]
}
