const small = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const letters = small + small.toUpperCase() + digits
const alphabets: Readonly<Record<string, string>> = { x: letters, h: '0123456789abcdef', b: `${letters}+/`, l: small, U: `${small.toUpperCase()}234567`, d: digits, w: `${letters}_-` }

// Always the same, so that a failure can be looked at again.
let state = 7
const draw = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
const text = (alphabet: string, length: number): string => Array.from({ length }, () => alphabet[Math.floor(draw() * alphabet.length)]).join('')

/** Puts drawn characters for {x40} (letters and digits), {h32} (hexadecimal), {b44} (base64), {l8} (small letters), {U16}, {d12}, {w20}, {u} (a UUID) and {basic}. */
export function fillTemplate(template: string): string {
  return template
    .replace(/\{u\}/g, () => [8, 4, 4, 4, 12].map((length) => text('0123456789abcdef', length)).join('-'))
    .replace(/\{basic\}/g, () => Buffer.from(`deploy:${text(letters, 12)}`).toString('base64'))
    .replace(/\{([xhblUdw])(\d+)\}/g, (_, name: string, length: string) => text(alphabets[name] as string, Number(length)))
}
