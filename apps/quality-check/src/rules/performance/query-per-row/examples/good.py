def open_orders():
    # ok: query-per-row
    return [(order.id, order.customer.email) for order in Order.objects.filter(status="open").select_related("customer")]


def remind(mailer):
    for invoice in Invoice.objects.filter(overdue=True):
        try:
            # ok: query-per-row
            customer = Customer.objects.get(id=invoice.customer_id)
            mailer.send(customer.email)
        except SendError:
            log.exception("invoice %s", invoice.id)


def names(cursor, keys):
    for key in keys:
        # ok: query-per-row
        cursor.execute("SELECT name FROM users WHERE id = %s", (key,))
        print(cursor.fetchone())
