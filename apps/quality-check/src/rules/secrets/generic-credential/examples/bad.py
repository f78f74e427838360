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
