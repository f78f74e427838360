const visits = new Map<string, number>()
const log: string[] = []

app.get('/page/:name', (req, res) => {
  // ruleid: unbounded-growth
  visits.set(req.params.name, Date.now())
  // ruleid: unbounded-growth
  log.push(`${req.ip} ${req.url}`)
  res.send('seen')
})
