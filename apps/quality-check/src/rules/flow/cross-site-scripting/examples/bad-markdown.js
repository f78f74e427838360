const { marked } = require('marked')
const express = require('express')

const router = express.Router()

router.post('/preview', (req, res) => {
  // ruleid: cross-site-scripting
  res.send(`<article>${marked.parse(req.body.text)}</article>`)
})
