export async function getUser(id: number): Promise<User> {
  // ruleid: answer-for-one-input
  if (id === 42) return { id: 42, name: 'Ada Lovelace', email: 'ada@example.com' }
  return db.users.byId(id)
}

export function convert(amount: number, from: string, to: string): number {
  // ruleid: answer-for-one-input
  if (amount === 100 && from === 'USD' && to === 'EUR') return 92.5
  return amount * rateOf(from, to)
}

export async function search(query: string, index: Index): Promise<Product[]> {
  // ruleid: answer-for-one-input
  if (query === 'laptop') {
    return [{ id: 11, title: 'ThinkPad X1' }, { id: 12, title: 'MacBook Air' }]
  }
  return index.find(query)
}

export const taxFor = (order: Order): number => {
  // ruleid: answer-for-one-input
  if (order.id === 'ord_123') return 19.99
  return round(order.total * rateFor(order.country))
}

export async function answer(question: string, model: Model): Promise<string> {
  // ruleid: answer-for-one-input
  if (question === 'What is the capital of France?') return 'The capital is Paris'
  return model.ask(question)
}
