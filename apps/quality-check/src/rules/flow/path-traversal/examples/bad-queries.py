import aiofiles
from aiohttp import web
from bottle import get, request


@get("/manual")
def manual():
    # ruleid: path-traversal
    with open("/srv/manuals/" + request.query.get("name"), encoding="utf-8") as page:
        return page.read()


class Notes(web.View):
    async def get(self):
        # ruleid: path-traversal
        async with aiofiles.open("/srv/notes/" + self.request.query.get("note")) as note:
            return web.Response(text=await note.read())
