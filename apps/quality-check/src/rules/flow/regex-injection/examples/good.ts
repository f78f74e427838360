import type { Request, Response } from 'express'
import escapeStringRegexp from 'escape-string-regexp'

export function search(req: Request, res: Response) {
  // ok: regex-injection
  const pattern = new RegExp(escapeStringRegexp(req.query.q as string), 'i')
  // ok: regex-injection
  const digits = new RegExp('^\\d+$')
  // ok: regex-injection
  const word = new RegExp(String(req.query.word).replace(/[^a-z]/g, ''))
  res.json(names.filter((name) => pattern.test(name) || digits.test(name) || word.test(name)))
}
