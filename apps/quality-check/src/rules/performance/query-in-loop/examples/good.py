def with_authors(posts):
    # ok: query-in-loop
    authors = User.objects.in_bulk([post.author_id for post in posts])
    return [(post, authors[post.author_id]) for post in posts]


def totals():
    for order in Order.objects.filter(open=True).prefetch_related("lines"):
        # ok: query-in-loop
        print(sum(line.price for line in order.lines.all()))


def in_portions(cursor, batches):
    for batch in batches:
        # ok: query-in-loop
        cursor.execute("SELECT name FROM users WHERE id = ANY(%s)", (batch,))


def first_keys(tables):
    # ok: query-in-loop
    return [each.get("key") for each in tables]
