// ok: message-without-origin-check
window.addEventListener('message', (event) => {
  if (event.origin !== 'https://app.example.com') return
  apply(event.data)
})
// ok: message-without-origin-check
window.addEventListener('load', () => apply(data))
// ok: message-without-origin-check
worker.addEventListener('message', (event) => apply(event.data))
