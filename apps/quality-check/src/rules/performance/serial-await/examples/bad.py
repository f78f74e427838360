async def load_all(client, keys):
    users = []
    for key in keys:
        # ruleid: serial-await
        user = await client.fetch_user(key)
        users.append(user)
    return users
