# ok: hardcoded-password
password = "changeme"
# ok: hardcoded-password
password = "password123"
# ok: hardcoded-password
raise ValueError("password: at least 8 characters")
# ok: hardcoded-password
PASSWORD_FIELD = "password2"
# ok: hardcoded-password
label(password="Passwort")
# ok: hardcoded-password
password = getpass("Password: ")
