const beyondAscii = /[^\0-\x7f]/
// What takes no room on a screen: soft hyphens, joiners, marks of direction, selectors of variants, tags.
const unseen = /\p{Default_Ignorable_Code_Point}/gu

/** A text as a person, and mostly a model, reads it: without characters that nobody sees, in the usual one of letters that are written in several ways. Most texts are it already. */
export function plainForm(text: string): string {
  return beyondAscii.test(text) ? text.replace(unseen, '').normalize('NFKC') : text
}
