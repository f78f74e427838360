import { Controller, Get, Query, Body, Post, Res, Redirect } from '@nestjs/common'
import { exec } from 'child_process'
import { DataSource } from 'typeorm'
import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
@Controller()
export class C {
  constructor(private readonly data: DataSource) {}
  @Get()
  async a(@Query('q') q: string) {
    // ruleid: sql
    return this.data.query(`select * from t where a = '${q}'`)
  }
  @Post()
  async b(@Body() body: { cmd: string; id: string }) {
    // ruleid: command
    exec(body.cmd)
    // ruleid: sql
    await prisma.$queryRawUnsafe(`select * from t where id = ${body.id}`)
    // ok: sql
    await prisma.$queryRaw`select * from t where id = ${body.id}`
  }
}
