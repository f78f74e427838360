import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Controller, Get, Param, ParseUUIDPipe } from '@nestjs/common'
import { validate as isUuid } from 'uuid'
import type { Request, Response } from 'express'

export async function backup(req: Request, res: Response) {
  const names = await readdir('/srv/backups')
  const name = String(req.query.name)
  if (!names.includes(name)) return res.sendStatus(404)
  // ok: path-traversal
  createReadStream(join('/srv/backups', name)).pipe(res)
}

export function draft(req: Request, res: Response) {
  const { id, kind } = req.query
  if (!isUuid(id) || !/^(?:letter|note)$/.test(String(kind))) return res.sendStatus(404)
  // ok: path-traversal
  createReadStream(join('/srv/drafts', id)).pipe(res)
}

export function page(req: Request, res: Response) {
  const kind = req.query.kind
  if (typeof kind !== 'string' || !/^(?:letter|note)$/.test(kind)) return res.sendStatus(404)
  // ok: path-traversal
  createReadStream(`/srv/pages/${kind}`).pipe(res)
}

@Controller('scans')
export class ScansController {
  @Get(':id')
  scan(@Param('id', ParseUUIDPipe) id: string) {
    // ok: path-traversal
    return createReadStream(`/srv/scans/${id}`)
  }
}
