export function announce(frame: HTMLIFrameElement, token: string) {
  // ruleid: postmessage-any-origin
  frame.contentWindow?.postMessage({ token }, '*')
  // ruleid: postmessage-any-origin
  window.parent.postMessage(token, '*')
}
