from flask import request

from shop.models import Product


def picture():
    product = Product.query.get(request.args["id"])
    # ok: path-traversal
    return open("/srv/pictures/" + product.picture, "rb")
