import { exec } from 'node:child_process'
import http from 'node:http'
import { URL } from 'node:url'
import express from 'express'
import { onCall } from 'firebase-functions/v2/https'

const router = express.Router()

router.param('name', (request, response, next, name) => {
  // ruleid: command-injection
  exec('id ' + name)
  next()
})

export const convert = onCall((request) => {
  // ruleid: command-injection
  exec('convert ' + request.data.picture)
})

export async function save(form: FormData) {
  // ruleid: command-injection
  exec('convert ' + form.get('picture'))
}

http.createServer((request, response) => {
  const address = new URL(request.url ?? '/', 'http://localhost')
  // ruleid: command-injection
  exec('ls ' + address.searchParams.get('folder'))
  response.end()
})
