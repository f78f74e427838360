const axios = require('axios')
const http = require('http')
const puppeteer = require('puppeteer')
const express = require('express')

const app = express()

app.get('/proxy', async (req, res) => {
  // ruleid: ssrf
  const answer = await axios.get(req.query.url)
  // ruleid: ssrf
  http.get(`http://${req.query.host}/status`)
  // ruleid: ssrf
  await axios({ method: 'post', url: req.body.callback, data: { done: true } })
  const browser = await puppeteer.launch()
  const page = await browser.newPage()
  // ruleid: ssrf
  await page.goto(req.query.url)
  res.json(answer.data)
})
