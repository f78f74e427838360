import type { NextApiRequest, NextApiResponse } from 'next'
import got from 'got'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { target } = req.query
  // ruleid: ssrf
  const answer = await fetch(`https://${target}.example.com:443`)
  // ruleid: ssrf
  const image = await got(String(req.body.image)).buffer()
  res.status(200).json({ ok: answer.ok, size: image.length })
}
