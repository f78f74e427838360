const axios = require('axios')
const express = require('express')

const app = express()
const hosts = new Set(['api.example.com', 'cdn.example.com'])

app.get('/proxy', async (req, res) => {
  // ok: ssrf
  const answer = await axios.get(`https://api.example.com/items/${encodeURIComponent(req.query.id)}`)
  // ok: ssrf
  await axios.post('https://api.example.com/items', { name: req.body.name })
  // ok: ssrf
  await axios.get('https://api.example.com/items', { params: { q: req.query.q } })
  const target = new URL(req.query.target)
  if (target.hostname !== 'api.example.com') return res.status(400).end()
  // ok: ssrf
  await axios.get(target.href)
  const url = new URL(req.query.url)
  if (!hosts.has(url.hostname)) return res.status(400).end()
  res.json(answer.data)
})

module.exports.fetchPart = async (req, res) => {
  // ok: ssrf
  res.json(await axios.get(settings.backend + req.query.part))
}

module.exports.fetchOne = async (req, res) => {
  // ok: ssrf
  res.json(await axios.get(process.env.BACKEND + '/users/' + req.params.id))
}
