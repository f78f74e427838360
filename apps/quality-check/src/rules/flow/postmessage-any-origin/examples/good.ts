export function announce(frame: HTMLIFrameElement, worker: Worker, token: string) {
  // ok: postmessage-any-origin
  frame.contentWindow?.postMessage({ token }, 'https://app.example.com')
  // ok: postmessage-any-origin
  worker.postMessage({ token })
}
