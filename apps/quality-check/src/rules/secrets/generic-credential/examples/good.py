# ok: generic-credential
password = getpass.getpass("Password: ")
# ok: generic-credential
API_KEY = os.environ["API_KEY"]
# ok: generic-credential
token_type = "bearer"
# ok: generic-credential
sha256 = "7f5ab4ab9d6009adce2d4fef1f0d67a831098a14265739639143b7f3b7054a62"
# ok: generic-credential
api_key = "your-api-key-goes-here-0123456789"
# ok: generic-credential
next_page_token = "EtoPWmkQNWPZNBHGPbqCvjoHJdKp0yTA"
# ok: generic-credential
password_hash = "$2b$12$3MzU30kuEdO7bLq9y6UAFvPa1B8HENHg1KgqKwgIYlTOVrk0LtisU"
# ok: generic-credential
request_id = "3130764d-7db2-6b4d-0d6f-277cacf8a592"
# ok: generic-credential
VECTOR = {"key": "5b1e7a0c94d2f3868e0b6d1f27c9a354", "iv": "1c0f8e7d6b5a49382716051423324150", "ct": "93a1c5d7e0f2b4869708172635445362"}
