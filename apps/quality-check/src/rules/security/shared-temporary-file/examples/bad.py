import subprocess


def import_key(key):
    path = "/tmp/imported-key.asc"
    # ruleid: shared-temporary-file
    with open(path, "w") as file:
        file.write(key)
    subprocess.run(["gpg", "--import", path], check=True)
