// ok: too-many-parameters
export function send(host: string, port: number, path: string, method: string, body: string, user: string, password: string) {
  return [host, port, path, method, body, user, password]
}

export class Orders {
  // A container fills these in by their types.
  // ok: too-many-parameters
  constructor(private a: A, private b: B, private c: C, private d: D, private e: E, private f: F, private g: G, private h: H) {}
}
