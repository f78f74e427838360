function escape(text) {
  // ok: incomplete-escaping
  const html = text.replace(/</g, '&lt;')
  // ok: incomplete-escaping
  const all = text.replaceAll("'", '&#39;')
  // ok: incomplete-escaping
  return [html, all, text.replace('.', ','), text.replace('-', '')]
}
