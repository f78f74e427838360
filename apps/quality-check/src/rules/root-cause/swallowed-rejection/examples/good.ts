export async function greet(id: string): Promise<string> {
  // ok: swallowed-rejection
  const user = await users.load(id).catch((error) => missing(error))
  // ok: swallowed-rejection
  const orders = await listOrders(id).catch((error) => {
    logger.warn('no orders', error)
    return []
  })
  // ok: swallowed-rejection
  await connection.close().catch(() => undefined)
  // The greeting is complete without the weather.
  const weather = await forecast().catch(() => undefined)
  return `${user?.name} has ${orders.length} orders ${weather}`
}
