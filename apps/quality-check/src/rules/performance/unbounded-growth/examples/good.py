visits = {}
plugins = []


@app.route("/page/<name>")
def page(name):
    # ok: unbounded-growth
    visits[name] = now()
    while visits and oldest(visits) < yesterday():
        visits.popitem()
    return "seen"


def register(plugin):
    # ok: unbounded-growth
    plugins.append(plugin)
