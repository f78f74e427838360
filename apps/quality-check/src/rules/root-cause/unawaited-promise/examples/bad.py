import asyncio


async def refresh(client):
    await client.load()


async def handle(client):
    # ruleid: unawaited-promise
    refresh(client)
    return "done"


class Service:
    async def stop(self):
        # ruleid: unawaited-promise
        self._flush()

    async def _flush(self):
        await asyncio.sleep(0)
