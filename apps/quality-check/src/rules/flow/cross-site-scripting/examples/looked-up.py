from django.http import HttpResponse

from shop.models import Layer


def set_style(request, name):
    layer = Layer.objects.get(name=name)
    wanted = request.POST["style"]
    # It is the name of a style of the layer: next() raises StopIteration else.
    layer.default_style = next(style for style in layer.styles if style.name == wanted)
    layer.save()
    # ok: cross-site-scripting
    return HttpResponse(f"The style is {wanted}")


def find_style(request, name):
    layer = Layer.objects.get(name=name)
    wanted = request.POST["style"]
    found = next((style for style in layer.styles if style.name == wanted), None)
    layer.default_style = found or layer.default_style
    # ruleid: cross-site-scripting
    return HttpResponse(f"The style is {wanted}")


def list_styles(request, name):
    layer = Layer.objects.get(name=name)
    wanted = request.POST["style"]
    names = [style.name for style in layer.styles if style.name == wanted]
    # ruleid: cross-site-scripting
    return HttpResponse(f"{len(names)} styles named {wanted}")
