# ruleid: hardcoded-password
password = "Gr33nTree!92"
# ruleid: hardcoded-password
connect(host="db", user="shop", password="w1nterLand#7")
# ruleid: hardcoded-password
server.login("shop@corp.net", "h0rse-St4ple!")
