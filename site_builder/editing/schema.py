"""Editors' programs get a JSON Schema for each type, with the fields' Swedish names, and settings."""

import json
from typing import Any

from site_builder.content import TYPES


def schemas() -> dict[str, str]:
    """File name → text: `<mapp>.schema.json` for each type, and `settings.json` for Visual Studio Code.

    The front matter is YAML inside Markdown; an extension that checks front matter reads the mapping.
    """
    files = {}
    for model in TYPES:
        made = _as_written(model.model_json_schema(by_alias=True))
        made["title"] = model.info.swedish
        made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        files[f"{model.info.folder}.schema.json"] = _dump(made)
    mapping = {
        f"./{model.info.folder}.schema.json": [f"content/{model.info.folder}/**/*.md"] for model in TYPES
    }
    settings: dict[str, Any] = {
        "yaml.schemas": mapping,
        "files.eol": "\n",
        "files.encoding": "utf8",
        "files.insertFinalNewline": True,
        "[markdown]": {"editor.wordWrap": "on", "editor.insertSpaces": True},
    }
    return files | {"settings.json": _dump(settings)}


_FORMATS = {
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "date-time": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$",
}
"""JSON Schema's own format of a moment asks for a `T` and a time zone, which no editor writes."""


def _as_written(schema: Any) -> Any:
    """The schema wide enough for what the site builder also takes.

    That is `ja`, one value without a list, a day for a moment, and digits without quotation marks, which the
    text editor takes for a number.
    """
    if isinstance(schema, list):
        return [_as_written(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _as_written(value) for key, value in schema.items()}
    kind = made.get("type")
    if made.get("format") in _FORMATS:
        made["pattern"] = _FORMATS[made.pop("format")]
    elif kind == "array" and "$ref" not in made["items"]:
        made["type"] = ["array", "string"]
    elif kind == "boolean":
        del made["type"]
        made["enum"] = ["ja", "nej", True, False]
    elif kind in ("integer", "number") or (kind == "string" and "enum" not in made):
        made["type"] = ["string", "number"]
    return made


def _dump(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
