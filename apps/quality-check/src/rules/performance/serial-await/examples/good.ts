export async function loadAll(ids: string[]): Promise<User[]> {
  // ok: serial-await
  return Promise.all(ids.map((id) => fetchUser(id)))
}

export async function firstThatAnswers(urls: string[]): Promise<Response | undefined> {
  for (const url of urls) {
    // ok: serial-await
    const response = await fetch(url)
    if (response.ok) return response
  }
}

export async function migrate(steps: Step[]): Promise<void> {
  for (const step of steps) {
    // ok: serial-await
    await step.run()
  }
}

export async function follow(names: string[]): Promise<Folder> {
  let folder = await openRoot()
  for (const name of names) {
    // ok: serial-await
    folder = await findFolder(folder, name)
  }
  return folder
}

export async function politely(urls: string[]): Promise<void> {
  for (const url of urls) {
    // ok: serial-await
    store(await fetch(url))
    await pause(1_000)
  }
}

export async function twice(): Promise<void> {
  for (const name of ['a', 'b']) {
    // ok: serial-await
    print(await readName(name))
  }
}
