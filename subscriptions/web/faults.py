"""What is wrong with a body, in Swedish: a line for each field. What was sent is never repeated."""

from typing import Any

WORDS = {
    "missing": "saknas",
    "extra_forbidden": "finns inte i beskrivningen",
    "json_invalid": "är inte JSON",
    "string_type": "ska vara text",
    "string_too_short": "ska ha minst {min_length} tecken",
    "string_too_long": "får ha högst {max_length} tecken",
    "too_short": "ska ha minst {min_length}",
    "too_long": "får ha högst {max_length}",
    "enum": "ska vara {expected}",
    "list_type": "ska vara en lista",
    "bool_type": "ska vara true eller false",
    "model_attributes_type": "ska vara ett objekt",
    "model_type": "ska vara ett objekt",
    "dict_type": "ska vara ett objekt",
}
"""By Pydantic's type of error: https://docs.pydantic.dev/latest/errors/validation_errors/"""

DATE = "ska vara en dag, som 2026-12-24"
OTHER = "har fel form"


def explain(errors: list[dict[str, Any]]) -> str:
    """Every fault with the field's name, as FastAPI and Pydantic found them."""
    return "; ".join(f"{_field(error)}: {_words(error)}" for error in errors)


def _field(error: dict[str, Any]) -> str:
    """Where: ``choices.0.kind``; a place in the text (as of broken JSON) is no field."""
    parts = [] if error["type"] == "json_invalid" else error["loc"][1:]
    return ".".join(str(part) for part in parts) or "det som skickades"


def _words(error: dict[str, Any]) -> str:
    kind = str(error["type"])
    if kind.startswith("date"):
        return DATE
    context = {name: str(value).replace(" or ", " eller ") for name, value in error.get("ctx", {}).items()}
    return WORDS.get(kind, OTHER).format_map(context)
