# ruleid: generic-credential
API_KEY = "jkwOpxMfognhWgNRVLjgOTyiEtnq030F"
# ruleid: generic-credential
token: str = "Dbx7pYGJt9CIM12S2eAXCyxhTD73qzOtuI9K7696"
# ruleid: generic-credential
SECRET = os.getenv("JWT_SECRET", "SkelUqF2LP1htdaNq9A7OD2iZVdt")
# ruleid: generic-credential
DATADOG_API_KEY = "fc4928a9de9178f6b9e33a036dce74e9"
# ruleid: generic-credential
headers = {"Authorization": "Bearer 8HV62bdMGQsSb053m3y6V7Vk5XXTr5mxFWMaAy0opCfCGtis"}
# ruleid: generic-credential
AES_KEY = bytes.fromhex("7c1d0be35a9f42e8b6043d97f1a2c85e")
# ruleid: generic-credential
box = Fernet(b"uT4mWc0Zq7Xk2LrNs9VbEy6HgJd1Pf8aQi3SoRw5Czk=")
