const visits = new Map<string, number>()
const plugins: Plugin[] = []

app.get('/page/:name', (req, res) => {
  // ok: unbounded-growth
  visits.set(req.params.name, Date.now())
  if (visits.size > 1_000) visits.clear()
  res.send('seen')
})

export function register(plugin: Plugin): void {
  // ok: unbounded-growth
  plugins.push(plugin)
}
