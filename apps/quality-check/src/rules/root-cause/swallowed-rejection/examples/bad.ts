export async function greet(id: string): Promise<string> {
  // ruleid: swallowed-rejection
  const user = await users.load(id).catch(() => null)
  // ruleid: swallowed-rejection
  const orders = await listOrders(id).catch((error) => {
    return []
  })
  return `${user?.name} has ${orders.length} orders`
}
