export async function loadProfile(id: string): Promise<Profile | null> {
  try {
    return toProfile(await database.profiles.get(id))
  // ok: swallowed-exception
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
}

export async function isReachable(url: string): Promise<boolean> {
  try {
    await fetch(url)
    return true
  // ok: swallowed-exception
  } catch {
    return false
  }
}

export async function readSettings(): Promise<Settings | undefined> {
  try {
    await access('settings.json')
  // ok: swallowed-exception
  } catch {
    return undefined
  }
  return readJson('settings.json')
}

export async function warmCache(): Promise<void> {
  try {
    await cache.fill()
  // ok: swallowed-exception
  } catch (error) {
    // An empty cache is only slower, and the next request fills it.
    return
  }
}

export async function loadOrders(): Promise<Order[]> {
  try {
    return await api.orders()
  // ok: swallowed-exception
  } catch (error) {
    logger.error('the orders cannot be read', error)
    return []
  }
}

export async function end(id: string): Promise<void> {
  // ok: swallowed-exception
  await connection.close().catch(() => {})
  // ok: swallowed-exception
  await hash.update(id, 'utf8').catch(() => {})
  // ok: swallowed-exception
  void orders.save(id).catch(() => {})
}

export async function sendBill(bill: Bill): Promise<Sent> {
  try {
    await transport.send(bill)
    return { ok: true, at: clock.now() }
    // ok: swallowed-exception
  } catch {
    return { ok: false, at: 0 }
  }
}

export async function book(client: Client, id: string): Promise<void> {
  try {
    await client.query('UPDATE seats SET taken = true WHERE id = $1', [id])
    await client.query('COMMIT')
    // ok: swallowed-exception
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

export async function describeSystem(): Promise<System> {
  const system: System = { name: 'unknown', version: '' }
  try {
    // Every installation has this program. In
    // case it fails, the values above are kept.
    const output = await run('/usr/bin/os-release')
    system.name = readName(output)
    // ok: swallowed-exception
  } catch {
    // ignore
  }
  return system
}

export async function findConfig(folder: string): Promise<string | undefined> {
  try {
    return await readUpwards(folder)
    // ok: swallowed-exception
  } catch {
    return undefined
  }
}

export async function currentBranch(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['branch', '--show-current'], { cwd: folder })
    return stdout.trim()
    // ok: swallowed-exception
  } catch {
    return undefined
  }
}

/** Undefined when the revisions cannot be read: it is then unknown whether the answer is current. */
export async function keyFor(question: Question): Promise<string | undefined> {
  try {
    return `answer:${await revisionOf(question)}`
    // ok: swallowed-exception
  } catch {
    return undefined
  }
}

export async function nameOf(peer: Peer): Promise<string | undefined> {
  try {
    peer.name ??= (await lookupService(peer.host, peer.port)).hostname
    // ok: swallowed-exception
  } catch (error) {
    ;
  }
  return peer.name
}
