import { Controller, Get, Query } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { PrismaClient } from '@prisma/client'
import { sql } from './sql.js'

@Controller('users')
export class UsersController {
  constructor(private readonly source: DataSource, private readonly prisma: PrismaClient) {}

  @Get()
  async find(@Query('name') name: string) {
    // ruleid: sql-injection
    await this.source.query(`SELECT * FROM users WHERE name = '${name}'`)
    // ruleid: sql-injection
    return this.prisma.$queryRawUnsafe('SELECT * FROM users WHERE name = ' + name)
  }
}

export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  // ruleid: sql-injection
  const rows = await sql.unsafe(`SELECT * FROM posts WHERE slug = '${searchParams.get('slug')}'`)
  return Response.json(rows)
}
