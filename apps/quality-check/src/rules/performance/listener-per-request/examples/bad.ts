const events = new EventEmitter()

app.get('/stream', (req, res) => {
  // ruleid: listener-per-request
  events.on('news', (news) => res.write(news))
  // ruleid: listener-per-request
  setInterval(() => res.write('.'), 1_000)
})
