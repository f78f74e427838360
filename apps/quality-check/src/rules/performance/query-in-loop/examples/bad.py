def with_authors(posts):
    result = []
    for post in posts:
        # ruleid: query-in-loop
        author = User.objects.get(id=post.author_id)
        result.append((post, author))
    return result


def totals():
    for order in Order.objects.filter(open=True):
        # ruleid: query-in-loop
        print(sum(line.price for line in order.lines.all()))


def names(cursor, keys):
    for key in keys:
        # ruleid: query-in-loop
        cursor.execute("SELECT name FROM users WHERE id = %s", (key,))
        print(cursor.fetchone())


def users(session, keys):
    # ruleid: query-in-loop
    return [session.get(User, key) for key in keys]


def authors(connection, books):
    for book in books:
        # ruleid: query-in-loop
        author = connection.execute("SELECT name FROM authors WHERE id = ?", (book.author_id,)).fetchone()
        print(author)
