// ruleid: too-many-parameters
export function send(host: string, port: number, path: string, method: string, body: string, user: string, password: string, retries: number) {
  return [host, port, path, method, body, user, password, retries]
}

export class Client {
  // ruleid: too-many-parameters
  send(host: string, port: number, path: string, method: string, body: string, user: string, password: string, retries: number) {
    return [host, port, path, method, body, user, password, retries]
  }
}
