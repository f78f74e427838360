export abstract class Sender {
  send(message: Message): void {
    // ok: unfinished-implementation
    throw new Error('not implemented')
  }
}

export class Transport {
  open(): void {
    // ok: unfinished-implementation
    throw new Error('must be implemented by subclasses')
  }
}

export function convert(value: Value): string {
  switch (value.kind) {
    case 'text': return value.text
    // ok: unfinished-implementation
    default: throw new Error(`converting ${value.kind} is not implemented`)
  }
}

export class Shape {
  area(): number {
    // ok: unfinished-implementation
    throw new Error('not implemented')
  }
}

export class Square extends Shape {
  constructor(readonly side: number) {
    super()
  }

  override area(): number {
    return this.side ** 2
  }
}

export class ReadOnly {
  remove(): void {
    // ok: unfinished-implementation
    throw new Error('Not implemented: this store is read-only')
  }
}

export class Server {
  bind(port: number): never {
    // ok: unfinished-implementation
    throw new Error('Not implemented. Use bindAsync() instead')
  }
}

export class Feed implements Source {
  static open(_address: string): Feed {
    /* c8 ignore next */
    // ok: unfinished-implementation
    throw new Error('not implemented')
  }

  clear(): void {
    // ok: unfinished-implementation
    throw new Error('Not implemented, call Store::drop(name) instead')
  }
}

const notImplemented = (): never => {
  // ok: unfinished-implementation
  throw new Error('not implemented')
}

export const dimmable = (Base: typeof Feed) => class extends Base {
  dim(_level: number): void {
    // ok: unfinished-implementation
    throw new Error('dim not implemented')
  }
}

export class Flat implements Shape {
  depth(): number {
    // ok: unfinished-implementation
    throw new Error('not implemented') // nobody asks a flat shape for it
  }
}

export function scopesOf(_token: string): string[] {
  // Scopes are not supported by this server.
  // ok: unfinished-implementation
  return []
}

export function describe(chargeId: string, cents: number) {
  // TODO: add the currency
  // ok: unfinished-implementation
  return { chargeId, cents, status: 'pending' }
}

export function health(request: Request) {
  // TODO: ask the database too
  // ok: unfinished-implementation
  return { status: 'ok' }
}

export class GiteeReleases implements Releases {
  send(name: string) {
    return this.client.post('/releases', { name })
  }

  // The renderer must not call this: accounts have no public names there.
  async nameAuthors() {
    // ok: unfinished-implementation
    throw new Error('nameAuthors is not implemented for Gitee yet')
  }
}
