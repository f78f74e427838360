// ruleid: slow-pattern
const tags = /^(?:[\w-]+ ?)*$/

// ruleid: slow-pattern
const path = new RegExp('^(/[^/]*)*[.]html$|^(.*,?)+;$')

export function isTagList(text) {
  return tags.test(text) && !path.test(text)
}
