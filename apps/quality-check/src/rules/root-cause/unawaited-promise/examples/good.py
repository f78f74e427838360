import asyncio

from app.tasks import background


async def refresh(client):
    await client.load()


@background
async def report(client):
    await client.send()


def flush(client):
    client.flush()


async def handle(client):
    # ok: unawaited-promise
    await refresh(client)
    # ok: unawaited-promise
    asyncio.create_task(refresh(client))
    # ok: unawaited-promise
    report(client)
    # ok: unawaited-promise
    flush(client)


async def each(refresh_one):
    # ok: unawaited-promise
    refresh_one()


class Service:
    def stop(self):
        # ok: unawaited-promise
        self._flush()

    def _flush(self):
        pass


async def flush_one():
    await refresh(None)


def flush_each(given):
    for flush_one in given:
        # ok: unawaited-promise
        flush_one()


def flush_recorded(recorder):
    with recorder.replaced("flush_one") as flush_one:
        # ok: unawaited-promise
        flush_one()
