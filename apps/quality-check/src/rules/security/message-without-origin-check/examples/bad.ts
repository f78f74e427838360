// ruleid: message-without-origin-check
window.addEventListener('message', (event) => {
  apply(event.data)
})

function onMessage({ data }: MessageEvent) {
  apply(data)
}
// ruleid: message-without-origin-check
addEventListener('message', onMessage, false)
