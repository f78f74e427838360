import { Client, Pool } from 'pg'
import mysql from 'mysql2/promise'
import { Sequelize, QueryTypes } from 'sequelize'
import knexFactory from 'knex'
import express, { Request, Response } from 'express'
const pool = new Pool()
const sequelize = new Sequelize('sqlite::memory:')
const knex = knexFactory({ client: 'pg' })
const app = express()
app.get('/u/:id', async (req: Request, res: Response) => {
  const id = req.params.id
  // ruleid: sql
  await pool.query("select * from users where id = '" + id + "'")
  // ok: sql
  await pool.query('select * from users where id = $1', [id])
  // ruleid: sql
  await sequelize.query(`select * from t where n = ${req.query.n}`, { type: QueryTypes.SELECT })
  // ok: sql
  await sequelize.query('select * from t where n = :n', { replacements: { n: req.query.n } })
  // ruleid: sql
  await knex.raw('select * from t where a = ' + req.body.a)
  // ok: sql
  await knex('t').where({ a: req.body.a })
  const connection = await mysql.createConnection({})
  // ruleid: sql
  const rows = await connection.execute(`delete from x where y = '${req.body.y}'`)
  // ok: sql
  await connection.execute('delete from x where y = ?', [req.body.y])
  const order = { name: 'name', age: 'age' }[String(req.query.order)] ?? 'name'
  // ok: sql
  await pool.query(`select * from users order by ${order}`)
  // ruleid: sql
  await knex('t').whereRaw(`name like '%${req.query.q}%'`)
  const q = String(req.query.q)
  const sql = ['select * from a where b = ', q].join('')
  // ruleid: sql
  const c = new Client(); c.query(sql)
  // ok: sql
  await pool.query(`select * from a where b = ${Number(q)}`)
  res.json(rows)
})
class UserRepository {
  constructor(private db: Pool) {}
  find(name: string) {
    // ruleid: sql
    return this.db.query(`select * from users where name = '${name}'`)
  }
  table() {
    const t = 'users'
    // ok: sql
    return this.db.query(`select * from ${t}`)
  }
}
