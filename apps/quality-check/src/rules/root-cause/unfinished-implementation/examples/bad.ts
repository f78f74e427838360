export function applyDiscount(order: Order): Order {
  // ruleid: unfinished-implementation
  throw new Error('not implemented')
}

export class Mailer implements Sender {
  constructor(private readonly server: Server) {}

  send(message: Message): void {
    // ruleid: unfinished-implementation
    throw new Error(`Mailer.send is not yet implemented`)
  }
}

export const exportOrders = async (orders: Order[]) => {
  // ruleid: unfinished-implementation
  console.log('TODO: not implemented')
  return null
}

export async function suggest(prefix: string): Promise<string[]> {
  // Not implemented yet
  // ruleid: unfinished-implementation
  return []
}

export async function refund(chargeId: string, cents: number) {
  // TODO: call the payment provider
  // ruleid: unfinished-implementation
  return { chargeId, cents, status: 'refunded' }
}
