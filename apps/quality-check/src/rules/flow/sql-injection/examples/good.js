const express = require('express')
const mysql = require('mysql2/promise')

const pool = mysql.createPool({ uri: process.env.DATABASE_URL })
const app = express()
const columns = { created: 'created_at', total: 'total' }

app.get('/orders/:id', async (req, res) => {
  // ok: sql-injection
  const [rows] = await pool.query('SELECT * FROM orders WHERE id = ?', [req.params.id])
  const id = Number.parseInt(req.params.id, 10)
  // ok: sql-injection
  await pool.query(`SELECT * FROM orders WHERE id = ${id}`)
  // ok: sql-injection
  await pool.query('SELECT * FROM orders WHERE id = ' + pool.escape(req.params.id))
  res.json(rows)
})

app.get('/orders', async (req, res) => {
  const column = columns[req.query.sort]
  // ok: sql-injection
  const [rows] = await pool.query(`SELECT * FROM orders ORDER BY ${column}`)
  if (!['asc', 'desc'].includes(req.query.direction)) return res.status(400).end()
  // ok: sql-injection
  await pool.query(`SELECT * FROM orders ORDER BY total ${req.query.direction}`)
  res.json(rows)
})

const table = 'orders'
// ok: sql-injection
exports.count = () => pool.query(`SELECT count(*) FROM ${table}`)

function pageOf(address, filter) {
  // ok: sql-injection
  const uri = new URI(address).query(filter + '&page=1')
  // ok: sql-injection
  return uri.query(filter + '&page=2')
}
