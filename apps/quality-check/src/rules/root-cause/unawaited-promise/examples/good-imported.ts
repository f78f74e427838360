import { saveOrder } from './orders.ts'

export async function place(order: Order) {
  // ok: unawaited-promise
  saveOrder(order)
  return order.number
}

export function inMemory(orders: Map<number, Order>) {
  const saved = async (order: Order) => orders.set(order.number, await order.lines)
  return { saved, save: async function saveOrder() {} }
}

export function withRetry(store: Store) {
  async function saveOrder(order: Order) {
    await store.put(order)
  }
  return saveOrder
}
