const express = require('express')
const mysql = require('mysql2/promise')

const pool = mysql.createPool({ uri: process.env.DATABASE_URL })
const app = express()

app.get('/orders/:id', async (req, res) => {
  // ruleid: sql-injection
  const [rows] = await pool.query('SELECT * FROM orders WHERE id = ' + req.params.id)
  res.json(rows)
})

app.get('/orders', async (req, res) => {
  const { sort = 'created', status } = req.query
  let text = `SELECT id, total FROM orders WHERE status = '${status}'`
  text += ` ORDER BY ${sort}`
  // ruleid: sql-injection
  const [rows] = await pool.execute(text)
  res.json(rows)
})

function byName(db, name) {
  // ruleid: sql-injection
  return db.query(`SELECT * FROM users WHERE name = '${name}'`)
}

module.exports = { app, byName }

module.exports.byCity = (req, res) => {
  const text = 'SELECT * FROM people WHERE city = '.concat(req.query.city)
  // ruleid: sql-injection
  pool.query(text, (error, rows) => res.json(rows))
}
