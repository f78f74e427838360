const express = require('express')
const serveIndex = require('serve-index')

const app = express()
// ruleid: directory-listing
app.use('/files', express.static('files'), serveIndex('files', { icons: true }))
