import type { Request, Response } from 'express'

export function search(req: Request, res: Response) {
  // ruleid: regex-injection
  const pattern = new RegExp(req.query.q as string, 'i')
  // ruleid: regex-injection
  const word = new RegExp(`\\b${req.query.word}\\b`)
  res.json(names.filter((name) => pattern.test(name) || word.test(name)))
}
