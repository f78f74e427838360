import defusedxml.ElementTree
import lxml.etree
from flask import Flask, request

app = Flask(__name__)


@app.post("/import")
def read():
    parser = lxml.etree.XMLParser(resolve_entities=False)
    # ok: xml-external-entity
    tree = lxml.etree.fromstring(request.data, parser)
    # ok: xml-external-entity
    defusedxml.ElementTree.fromstring(request.data)
    return str(tree)


def local():
    # ok: xml-external-entity
    return lxml.etree.parse("countries.xml")
