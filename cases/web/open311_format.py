"""Open311's two ways of writing the same: JSON, and XML with the element names of GeoReport v2."""

import json
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Response

Rows = list[dict[str, Any]]
FORMATS = {"json": "application/json", "xml": "application/xml; charset=utf-8"}
ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}


def answer(rows: Rows, kind: str, root: str, item: str, status: int = 200) -> Response:
    """Several of a kind."""
    if kind == "json":
        return _json(rows, status)
    top = Element(root)
    for row in rows:
        _fill(SubElement(top, item), row)
    return _xml(top, status)


def definition(code: str, attributes: Rows, kind: str) -> Response:
    """What one service asks."""
    whole = {"service_code": code, "attributes": attributes}
    if kind == "json":
        return _json(whole, 200)
    top = Element("service_definition")
    SubElement(top, "service_code").text = code
    inside = SubElement(top, "attributes")
    for row in attributes:
        _fill(SubElement(inside, "attribute"), row)
    return _xml(top, 200)


def failure(status: int, text: str, kind: str) -> Response:
    """One error, in the shape that clients read."""
    return answer([{"code": status, "description": text}], kind, "errors", "error", status)


def moment(value: datetime | None) -> str | None:
    """W3C-DTF, as GeoReport v2 asks for."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def _json(value: Any, status: int) -> Response:
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, status, ANYWHERE, FORMATS["json"])


def _xml(top: Element, status: int) -> Response:
    return Response(tostring(top, "utf-8", xml_declaration=True), status, ANYWHERE, FORMATS["xml"])


def _fill(element: Element, row: dict[str, Any]) -> None:
    for name, value in row.items():
        child = SubElement(element, name)
        if isinstance(value, bool):
            child.text = "true" if value else "false"
        elif value is not None and not isinstance(value, list):
            child.text = str(value)
