export function statusText(status: number): string {
  // ok: answer-for-one-input
  if (status === 404) return 'not found'
  return lookUp(status)
}

export function parseColor(text: string): Color {
  // ok: answer-for-one-input
  if (text === 'transparent') return { red: 0, green: 0, blue: 0, alpha: 0 }
  return parseHex(text)
}

const systemUserId = 7

export async function getUser(id: number): Promise<User> {
  // ok: answer-for-one-input
  if (id === systemUserId) return { id: 7, name: 'system', email: 'system@example.com' }
  return db.users.byId(id)
}

export function titleOf(id: string, titles: Titles): string {
  // ok: answer-for-one-input
  if (id === 'root') return 'Everything there is'
  return titles.get(id)
}

export function iconOf(typeId: number, icons: Icons): Icon {
  // ok: answer-for-one-input
  if (typeId === 12) return { glyph: 'folder', color: 'blue' }
  return icons.get(typeId)
}

export function factorial(n: number): number {
  // ok: answer-for-one-input
  if (n === 0) return 1
  return n * factorial(n - 1)
}

export async function getPlanet(id: number): Promise<Planet> {
  // The catalogue begins with planets; our own star keeps its historical number and is in no table.
  // ok: answer-for-one-input
  if (id === 10) return { id: 10, name: 'Sun', kind: 'star' }
  return db.planets.byId(id)
}

export function demoUser(id: number): User {
  // ok: answer-for-one-input
  if (id === 42) return { id: 42, name: 'Ada Lovelace' }
  return generate(id)
}

export function ratioOf(width: number, height: number): number {
  // ok: answer-for-one-input
  if (width === 21 && height === 9) return 2.33
  return width / height
}
