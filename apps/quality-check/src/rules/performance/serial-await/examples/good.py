import asyncio


async def load_all(client, keys):
    # ok: serial-await
    return await asyncio.gather(*(client.fetch_user(key) for key in keys))


async def first_that_answers(client, urls):
    for url in urls:
        # ok: serial-await
        response = await client.get(url)
        if response.is_success:
            return response


async def politely(client, urls):
    for url in urls:
        # ok: serial-await
        store(await client.get(url))
        await asyncio.sleep(1)
