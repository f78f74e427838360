def greet_guest(person):
    name = person.name.strip().lower()
    parts = [part for part in name.split(" ") if part != ""]
    first = parts[0] if parts else "nobody in particular"
    last = parts[-1] if parts else "without a family name"
    if first == last:
        return "the one name that was given"
    letters = [part[0].upper() for part in parts]
    short = ". ".join(letters)
    if len(short) > 20:
        return short[:20]
    greeting = f"Dear {first} {last}, known as {short}"
    return greeting.replace("  ", " ")


def greet_host(person):
    # ruleid: duplicated-block
    name = person.name.strip().lower()
    parts = [part for part in name.split(" ") if part != ""]
    first = parts[0] if parts else "nobody in particular"
    last = parts[-1] if parts else "without a family name"
    if first == last:
        return "the one name that was given"
    letters = [part[0].upper() for part in parts]
    short = ". ".join(letters)
    if len(short) > 20:
        return short[:20]
    greeting = f"Dear {first} {last}, known as {short}"
    return greeting.replace("  ", " ")
