"""This module reads what a form posted: its text fields, bounded in number and length."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile


async def read_form(request: Request) -> FormData:
    """The posted fields. No files."""
    return await request.form(max_files=0, max_fields=1000, max_part_size=20_000)


MOST_FILES = 5


async def read_upload(request: Request) -> AsyncIterator[FormData]:
    """The posted fields and files, as long as the request lasts; the guard bounds them all together."""
    async with request.form(max_files=MOST_FILES, max_fields=100, max_part_size=20_000) as form:
        yield form


Posted = Annotated[FormData, Depends(read_form)]
PostedFiles = Annotated[FormData, Depends(read_upload)]


def files(form: FormData, name: str) -> list[bytes]:
    """What each file of a field holds; an empty field sends one without a name."""
    sent = (value for value in form.getlist(name) if isinstance(value, UploadFile) and value.size)
    return [value.file.read() for value in sent]


def field(form: FormData, name: str, longest: int = 2000) -> str:
    """One text field, without what surrounds it; empty where it was not sent."""
    value = form.get(name)
    return value.strip()[:longest] if isinstance(value, str) else ""
