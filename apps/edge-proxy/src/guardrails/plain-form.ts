const beyondAscii = /[^\0-\x7f]/
// What takes no room on a screen: soft hyphens, joiners, marks of direction, selectors of variants, tags.
const unseen = /\p{Default_Ignorable_Code_Point}/gu

/** A text as a person, and mostly a model, reads it: without characters that nobody sees, in the usual one of letters that are written in several ways. Most texts are it already. */
export function plainForm(text: string): string {
  return beyondAscii.test(text) ? text.replace(unseen, '').normalize('NFKC') : text
}

// Signs that stand for whole words: what is made of little else would be up to eighteen times as long in its plain form.
const wordSigns = /[\u321d\u321e\u3300-\u3357\ufdfa\ufdfb]/g
export const mostWordSigns = 100_000

/** Whether texts hold so many such signs that their plain form would take up the memory and the time of everybody else. */
export function swells(texts: readonly { readonly text: string }[]): boolean {
  let left = mostWordSigns
  for (const { text } of texts) {
    if (!beyondAscii.test(text)) continue
    wordSigns.lastIndex = 0
    while (wordSigns.test(text)) if (--left < 0) return true
  }
  return false
}
