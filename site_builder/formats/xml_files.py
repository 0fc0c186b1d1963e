"""Every XML file of ours is written here."""

from xml.etree import ElementTree


def dump(root: ElementTree.Element) -> bytes:
    """UTF-8 with a declaration, an element a line."""
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
