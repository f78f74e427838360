export interface FrozenRedis extends Disposable {
  /** Lets it go on; it does so by itself at the end of the block, too. */
  thaw(): void
}

/** Stops a Redis where it stands: its connections stay open, and nothing on them is answered. */
export async function freezeRedis(redis: { info(section: 'server'): Promise<string> }): Promise<FrozenRedis> {
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1])
  process.kill(pid, 'SIGSTOP')
  const thaw = () => void process.kill(pid, 'SIGCONT')
  return { thaw, [Symbol.dispose]: thaw }
}
