const beyondAscii = /[^\0-\x7f]/
// Invisible characters: soft hyphens, joiners, direction marks, variation selectors, tags.
const unseen = /\p{Default_Ignorable_Code_Point}/gu

/** The text as a person, and usually a model, reads it: without invisible characters and with compatibility variants of letters normalized. Most texts need no change. */
export function plainForm(text: string): string {
  return beyondAscii.test(text) ? text.replace(unseen, '').normalize('NFKC') : text
}

// Single characters for whole words, which become up to eighteen times as long in plain form.
const wordSigns = /[\u321d\u321e\u3300-\u3357\ufdfa\ufdfb]/g
export const maxWordSigns = 100_000

/** Whether texts have so many such characters that their plain form would take too much memory and time. */
export function swells(texts: readonly { readonly text: string }[]): boolean {
  let left = maxWordSigns
  for (const { text } of texts) {
    if (!beyondAscii.test(text)) continue
    wordSigns.lastIndex = 0
    while (wordSigns.test(text)) if (--left < 0) return true
  }
  return false
}
