const express = require('express')

const app = express()
// ok: directory-listing
app.use('/files', express.static('files'))
