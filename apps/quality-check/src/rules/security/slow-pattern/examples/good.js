// ok: slow-pattern
const tags = /^[\w-]+(?: [\w-]+)*$/

// ok: slow-pattern
const quoted = /"(?:[^"\\]|\\.)*"/

// ok: slow-pattern
const path = new RegExp('^(?:/[^/]+)*[.]html$')

export function isTagList(text) {
  return tags.test(text) && !quoted.test(text) && !path.test(text)
}
