def with_lines(cursor):
    cursor.execute("SELECT id, number FROM invoices WHERE open")
    invoices = cursor.fetchall()
    result = []
    for invoice_id, number in invoices:
        # ruleid: query-per-row
        cursor.execute("SELECT text, cents FROM lines WHERE invoice_id = %s", (invoice_id,))
        result.append((number, cursor.fetchall()))
    return result


def open_orders():
    result = []
    for order in Order.objects.filter(status="open"):
        # ruleid: query-per-row
        customer = Customer.objects.get(id=order.customer_id)
        result.append((order.id, customer.email))
    return result
