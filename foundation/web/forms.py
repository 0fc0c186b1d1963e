"""This module reads what a form posted: its text fields, bounded in number and length."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData


async def read_form(request: Request) -> FormData:
    """The posted fields. No files."""
    return await request.form(max_files=0, max_fields=1000, max_part_size=20_000)


Posted = Annotated[FormData, Depends(read_form)]


def field(form: FormData, name: str, longest: int = 2000) -> str:
    """One text field, without what surrounds it; empty where it was not sent."""
    value = form.get(name)
    return value.strip()[:longest] if isinstance(value, str) else ""
