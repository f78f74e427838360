visits = {}
log = []


@app.route("/page/<name>")
def page(name):
    # ruleid: unbounded-growth
    visits[name] = now()
    # ruleid: unbounded-growth
    log.append(f"{name} was seen")
    return "seen"
