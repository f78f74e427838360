interface Store {
  put(key: string, value: string): Promise<void>
}

export async function archive(orders: Order[], store: Store): Promise<void> {
  // ok: unawaited-promise
  await Promise.all(orders.map(async (order) => {
    await store.put(order.id, JSON.stringify(order))
  }))
  // ok: unawaited-promise
  const pending = orders.map(async (order) => {
    await store.put(order.id, '')
  })
  await Promise.all(pending)
}

export function listen(buttons: Button[]): void {
  // ok: unawaited-promise
  buttons.forEach(async (button) => {
    await button.wire()
  })
}

export async function each(list: AsyncList<Job>, rows: Cursor<Row>): Promise<void> {
  // ok: unawaited-promise
  await list.forEach(async (job) => {
    await job.run()
  })
  // ok: unawaited-promise
  const live = await list.filter(async (job) => await job.isLive())
  // ok: unawaited-promise
  orders.forEach((order) => live.push(order))
}

async function saveUser(name: string, store: Store): Promise<void> {
  await store.put(name, '{}')
}

async function saveDraft(name: string, store: Store): Promise<void> {
  try {
    await store.put(name, '')
  } catch (error) {
    report(error)
  }
}

export async function register(name: string, store: Store) {
  // ok: unawaited-promise
  void saveUser(name, store)
  // ok: unawaited-promise
  saveUser(name, store).catch(report)
  // ok: unawaited-promise
  saveDraft(name, store)
  // The mail may leave after the answer: the queue behind it tries again.
  // ok: unawaited-promise
  saveUser(name, store)
  // ok: unawaited-promise
  await saveUser(name, store)
}

export function onClick(store: Store): void {
  // ok: unawaited-promise
  saveUser('new', store)
}

export function shownRows() {
  // Lists of elements in a browser test wait for the function.
  // ok: unawaited-promise
  return $$('tr').filter(async (row) => await row.isDisplayed())
}

export function shownLinks(page: Page) {
  // ok: unawaited-promise
  return page.locator('a').filter(async (link) => await link.isVisible())
}
