"""Check the names of what lies below `filer/`: it is public as soon as it lies there."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from site_builder.content import invisible
from site_builder.problems import Problem, error, warning
from site_builder.site.site import Site
from site_builder.text import personnummer

_LEFTOVERS = re.compile(
    r"thumbs\.db|desktop\.ini|\.ds_store|~.*|.*~|.*\.(?:crdownload|part|partial|download|tmp|temp|bak|old|swp|lnk|url)",
    re.IGNORECASE,
)
"""What programs leave behind: no document, or half of one."""
_OFFICE = re.compile(r"\.(?:docx?|docm|dotx?|xlsx?|xlsm|pptx?|odt|ods|odp|rtf|pages|numbers|key)", re.IGNORECASE)
_DRAFT = re.compile(r"(?:^|[^a-zåäö])(?:utkast|draft|arbetsmaterial|arbetskopia|kopia|internt|ej[-_ ]publik)(?![a-zåäö])", re.IGNORECASE)


def check(site: Site) -> Iterator[Problem]:
    """Every problem of the files' names and sizes; what is in them was looked at when they were read."""
    for address, asset in site.content.assets.items():
        file, name = asset.path, PurePath(address).name
        sign = invisible.first(name)
        if any(personnummer.find(address)):
            message = "Filens namn innehåller ett personnummer."
            yield error("personnummer", file, 0, "", message, "Döp om filen.")
        elif sign:
            message = f"Filens namn innehåller ett tecken som inte syns ({invisible.name(sign)})."
            yield error("invisible-character", file, 0, "", message, "Skriv om namnet för hand.")
        elif _LEFTOVERS.fullmatch(name):
            message = f"{name} är inget dokument utan något som ett program har lämnat, och alla kan hämta det."
            yield warning("asset-leftover", file, 0, "", message, "Ta bort filen.")
        elif _DRAFT.search(name):
            message = f"Namnet säger att {name} inte är färdig, men alla kan redan hämta den."
            hint = "Flytta ut den ur filer/ tills den är klar, eller döp om den."
            yield warning("asset-draft", file, 0, "", message, hint)
        elif _OFFICE.fullmatch(PurePath(name).suffix):
            message = f"{name} går inte att läsa utan ett särskilt program, och kan ha kvar ändringar och namn."
            hint = "Skriv texten på en sida, eller spara som tillgänglig PDF."
            yield warning("asset-format", file, 0, "", message, hint)
        elif asset.size > 20_000_000 and asset.kind != "picture":
            message = "Filen är större än 20 MB; den blir svår att hämta med mobil."
            yield warning("asset-too-large", file, 0, "", message, "Gör den mindre, eller dela upp den.")
