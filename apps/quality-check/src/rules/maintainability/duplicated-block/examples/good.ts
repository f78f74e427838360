export function greetGuest(person: Person): string {
  const name = person.name.trim().toLowerCase()
  const parts = name.split(' ').filter((part) => part !== '')
  const first = parts[0] ?? 'nobody in particular'
  const last = parts.at(-1) ?? 'without a family name'
  if (first === last) return 'the one name that was given'
  const letters = parts.map((part) => part.charAt(0).toUpperCase())
  const short = letters.join('. ')
  if (short.length > 20) return short.slice(0, 20)
  const greeting = `Dear ${first} ${last}, known as ${short}`
  return greeting.replaceAll('  ', ' ')
}

// ok: duplicated-block
export function greetHost(person: Person): string {
  return greetGuest(person)
}

// Small things look alike.
export const table = [
  // ok: duplicated-block
  {
    a: 1,
  },
  {
    a: 1,
  },
  {
    a: 1,
  },
  {
    a: 1,
  },
  {
    a: 1,
  },
  {
    a: 1,
  },
  {
    a: 1,
  },
  {
    a: 1,
  },
]
