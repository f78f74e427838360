export async function loadAll(ids: string[]): Promise<User[]> {
  const users: User[] = []
  for (const id of ids) {
    // ruleid: serial-await
    users.push(await fetchUser(id))
  }
  return users
}

export async function sizes(urls: Map<string, string>): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const [name, url] of urls) {
    // ruleid: serial-await
    const response = await fetch(url)
    sizes[name] = Number(response.headers.get('content-length'))
  }
  return sizes
}

export async function pages(urls: string[]): Promise<string[]> {
  const texts: string[] = []
  for (const url of urls) {
    // ruleid: serial-await
    const response = await fetch(url)
    texts.push(await response.text())
  }
  return texts
}
