export async function loadProfile(id: string): Promise<Profile | null> {
  try {
    const row = await database.profiles.get(id)
    return toProfile(row)
  // ruleid: swallowed-exception
  } catch (error) {
    return null
  }
}

export async function importAll(files: string[]): Promise<void> {
  for (const file of files) {
    try {
      await importFile(file)
    } catch (error) { // ruleid: swallowed-exception
      continue
    }
  }
}

export async function countOrders(): Promise<number> {
  let count = 0
  try {
    count = await orders.count()
  // ruleid: swallowed-exception
  } catch (error) {
    logger.debug('cannot count', error)
    count = 0
  }
  return count
}

export async function cancel(id: string): Promise<void> {
  // ruleid: swallowed-exception
  await orders.update(id, { status: 'cancelled' }).catch(() => {})
  // ruleid: swallowed-exception
  await invoices.save(id).catch(() => {})
}

export async function usageOf(team: string): Promise<Usage> {
  try {
    const response = await fetch(`https://usage.example.com/${team}`)
    return await response.json()
    // ruleid: swallowed-exception
  } catch {
    return { input: 0, output: 0 }
  }
}

export async function transfer(client: Client, from: string, to: string, cents: number): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query('UPDATE accounts SET balance = balance - $2 WHERE id = $1', [from, cents])
    await client.query('UPDATE accounts SET balance = balance + $2 WHERE id = $1', [to, cents])
    await client.query('COMMIT')
    // ruleid: swallowed-exception
  } catch (error) {
    console.log('transfer failed', error)
    await client.query('ROLLBACK')
  }
}

export async function findUser(id: string): Promise<User | null> {
  try {
    return await db.users.findOne({ id })
    // ruleid: swallowed-exception
  } catch {
    return null
  }
}
