export async function readBack(store: Store, key: string) {
  let value = await store.get(key)
  if (value === undefined) {
    // ruleid: sleep-against-race
    await sleep(2000) // HACK: the replica lags behind sometimes
    value = await store.get(key)
  }
  return value
}
