interface Store {
  put(key: string, value: string): Promise<void>
  remove(key: string): Promise<void>
  count(key: string): Promise<number>
}

export async function archive(orders: Order[], store: Store): Promise<void> {
  // ruleid: unawaited-promise
  orders.forEach(async (order) => {
    await store.put(order.id, JSON.stringify(order))
    await store.remove(order.id)
  })
}

export async function importRows(rows: Row[], store: Store) {
  // ruleid: unawaited-promise
  rows.map(async (row) => store.put(row.id, await row.text()))
  return { imported: rows.length }
}

export async function inStock(items: Item[], store: Store) {
  // ruleid: unawaited-promise
  return items.filter(async (item) => (await store.count(item.id)) > 0)
}

async function saveUser(name: string, store: Store): Promise<void> {
  await store.put(name, '{}')
}

export async function register(name: string, store: Store) {
  // ruleid: unawaited-promise
  saveUser(name, store)
  return { ok: true }
}

export class MonthEnd {
  constructor(private readonly store: Store) {}

  async close(month: string): Promise<void> {
    // ruleid: unawaited-promise
    this.writeTotals(month)
    await this.store.remove(month)
  }

  private async writeTotals(month: string): Promise<void> {
    await this.store.put(month, '0')
  }
}
