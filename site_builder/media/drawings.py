"""SVG drawings are published without what a drawing program leaves in them, and refused with programs inside.

A browser that opens a drawing by its own address runs it as a page of the site.
"""

import re

from lxml import etree

MOST_BYTES = 5_000_000
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_ACTIVE = {
    "script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener", "set",
}  # fmt: skip
_OUT = re.compile(r"url\(\s*['\"]?\s*(?!#|['\"]?data:image/)|@import|expression\(|javascript:", re.IGNORECASE)
"""In a style: what is fetched from elsewhere, or run."""
_INSIDE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp|avif);base64,", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*")


class DrawingError(Exception):
    """The drawing cannot be published; `what` is the part in the way, empty where it is no drawing."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what)
        self.what = what


def measure(data: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 where it says none. Raises DrawingError."""
    root = _read(data)
    sizes = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if sizes[0] and sizes[1]:
        return round(float(sizes[0][1])), round(float(sizes[1][1]))
    try:
        _, _, width, height = (
            round(float(part)) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())
        )
    except (ValueError, OverflowError):
        return 0, 0
    return max(0, width), max(0, height)


def cleaned(data: bytes) -> bytes:
    """The drawing without comments, metadata, and what is not SVG. Raises DrawingError."""
    root = _read(data)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xlink"])
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=False)
    return made + b"\n"


def _read(data: bytes) -> etree._Element:
    if len(data) > MOST_BYTES:
        raise DrawingError
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise DrawingError from failure
    if root.tag != f"{{{_SVG}}}svg":
        raise DrawingError
    for element in [*root.iter()]:
        _examine(element)
    return root


def _examine(element: etree._Element) -> None:
    """Remove what is no part of the drawing. Raises DrawingError where it is more than a drawing."""
    tag = element.tag
    if not isinstance(tag, str):  # an entity that was not resolved
        raise DrawingError("entity")
    namespace, _, name = tag.rpartition("}")
    if name.lower() in _ACTIVE:
        raise DrawingError(name)
    if namespace != f"{{{_SVG}" or name == "metadata":
        _remove(element)
        return
    for key, value in [*element.attrib.items()]:
        _attribute(element, str(key), str(value))
    if name == "style" and _OUT.search("".join(map(str, element.itertext()))):
        raise DrawingError("style")


def _attribute(element: etree._Element, key: str, value: str) -> None:
    namespace, _, name = key.rpartition("}")
    name = name.lower()
    if name.startswith("on"):
        raise DrawingError(name)
    if name in ("href", "src"):
        link = element.tag == f"{{{_SVG}}}a" and re.match(r"https?://|/(?!/)", value.strip())
        if not (link or _INSIDE.match(value.strip()) or not value.strip()):
            raise DrawingError(f"{name}={value[:40]}")
    elif _OUT.search(value) or (name == "attributename" and value.strip().lower().endswith("href")):
        raise DrawingError(name)
    if namespace and namespace not in (f"{{{_XLINK}", "{http://www.w3.org/XML/1998/namespace"):
        del element.attrib[key]


def _remove(element: etree._Element) -> None:
    """Take an element away, and keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    tail, before = element.tail or "", element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
