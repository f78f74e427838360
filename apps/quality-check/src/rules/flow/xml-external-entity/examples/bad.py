import xml.dom.minidom
import xml.sax

import lxml.etree
from flask import Flask, request

app = Flask(__name__)


@app.post("/import")
def read():
    parser = lxml.etree.XMLParser(resolve_entities=True)
    # ruleid: xml-external-entity
    tree = lxml.etree.fromstring(request.data, parser)
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_external_ges, True)
    # ruleid: xml-external-entity
    xml.dom.minidom.parseString(request.data, reader)
    return str(tree)
