"""Schemas for editors: one JSON Schema a type with the fields' Swedish names, and the editor's settings."""

import json
from typing import Any

from site_builder.content import TYPES


def schemas() -> dict[str, str]:
    """File name → text: `<mapp>.schema.json` for each type, and `settings.json` for Visual Studio Code.

    The front matter is YAML inside Markdown; an extension that checks front matter reads the mapping.
    """
    files = {}
    for model in TYPES:
        made = model.model_json_schema(by_alias=True)
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


def _dump(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
