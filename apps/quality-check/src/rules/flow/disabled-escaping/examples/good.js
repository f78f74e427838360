const mustache = require('mustache')
const handlebars = require('handlebars')
const MarkdownIt = require('markdown-it')

// ok: disabled-escaping
const page = mustache.render(source, { name })
// ok: disabled-escaping
const view = handlebars.compile(source, { strict: true })
// ok: disabled-escaping
const markdown = new MarkdownIt({ linkify: true })
