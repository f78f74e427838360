const events = new EventEmitter()
// ok: listener-per-request
events.on('news', remember)

app.get('/stream', (req, res) => {
  const send = (news: string) => res.write(news)
  // ok: listener-per-request
  events.on('news', send)
  // ok: listener-per-request
  const timer = setInterval(() => res.write('.'), 1_000)
  // ok: listener-per-request
  req.on('close', () => {
    events.off('news', send)
    clearInterval(timer)
  })
})
