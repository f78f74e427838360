export async function withLines(customerId: string) {
  const { rows: orders } = await pool.query('SELECT id FROM orders WHERE customer_id = $1', [customerId])
  // ok: query-per-row
  const { rows: lines } = await pool.query('SELECT order_id, sku FROM order_lines WHERE order_id = ANY($1)', [orders.map(({ id }) => id)])
  return Map.groupBy(lines, (line) => line.order_id)
}

export async function sendReminders(mailer: Mailer) {
  const { rows: overdue } = await pool.query('SELECT id, customer_id FROM invoices WHERE due_at < now()')
  for (const invoice of overdue) {
    // One mail that cannot be sent keeps no other back.
    try {
      // ok: query-per-row
      const { rows } = await pool.query('SELECT email FROM customers WHERE id = $1', [invoice.customer_id])
      await mailer.send(rows[0].email, invoice.id)
    } catch (error) {
      log.error({ invoice, error }, 'reminder not sent')
    }
  }
}

export async function names(ids: string[]) {
  for (const id of ids) {
    // ok: query-per-row
    const { rows } = await pool.query('SELECT name FROM users WHERE id = $1', [id])
    print(rows)
  }
}

export async function archive() {
  const { rows: orders } = await pool.query('SELECT id FROM orders WHERE closed')
  for (const order of orders) {
    // ok: query-per-row
    await pool.query('INSERT INTO archived (order_id) VALUES ($1)', [order.id])
  }
}
