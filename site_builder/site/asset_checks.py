"""Check the names of what lies below `filer/`: it is public as soon as it lies there."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import PurePath

from site_builder.content import invisible
from site_builder.problems import Problem, error, warning
from site_builder.site.addresses import Addresses
from site_builder.site.site import Site
from site_builder.text import personnummer

_LEFTOVERS = re.compile(
    r"thumbs\.db|desktop\.ini|\.ds_store|~.*|.*~|.*\.(?:crdownload|part|partial|download|tmp|temp|bak|old|swp|lnk|url)",
    re.IGNORECASE,
)
"""What programs leave behind: no document, or half of one."""
_OFFICE = re.compile(r"\.(?:docx?|docm|dotx?|xlsx?|xlsm|pptx?|odt|ods|odp|rtf|pages|numbers|key)", re.IGNORECASE)
_RECORDED = re.compile(r"\.(?:mp4|m4v|mov|avi|wmv|webm|mkv|mpe?g|3gp|mp3|m4a|wav|ogg|aac)", re.IGNORECASE)
_DRAFT = re.compile(r"(?:^|[^a-zåäö])(?:utkast|draft|arbetsmaterial|arbetskopia|kopia|internt|ej[-_ ]publik)(?![a-zåäö])", re.IGNORECASE)


def is_left_over(address: str) -> bool:
    """Whether its name says that a program left it behind."""
    return bool(_LEFTOVERS.fullmatch(PurePath(address).name))


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
        elif is_left_over(address):
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
        elif _RECORDED.fullmatch(PurePath(name).suffix):
            message = f"{name} publiceras som den är, med det som telefonen har skrivit i den, till exempel platsen."
            hint = "Ta bort platsen innan. Det som sägs och visas behövs som text eller textning (WCAG 1.2)."
            yield warning("asset-recorded", file, 0, "", message, hint)
        elif asset.size > 20_000_000 and asset.kind != "picture":
            message = "Filen är större än 20 MB; den blir svår att hämta med mobil."
            yield warning("asset-too-large", file, 0, "", message, "Gör den mindre, eller dela upp den.")


def check_moved(site: Site, pages: Addresses) -> Iterator[Problem]:
    """Every row of the table of moved files that leads nowhere, or that a file stands in the way of.

    A page that has ended, or is yet to come, is no fault of the row: else it would become one in time.
    """
    assets, moved = site.content.assets, {row.old: row.new for row in site.content.moved}
    addresses = {*pages.now, *(one.address for one in site.all)} if moved else set()
    for old, new, file, line in site.content.moved:
        if old in assets:
            message = f"{old} finns, och kan inte leda någon annanstans."
            yield error("redirect-over-page", file, line, "", message, "Ta bort raden, eller filen.")
            continue
        end = _end(old, moved)
        page = end.rstrip("/") + "/"
        if not end and new:
            message = f"{old} leder till sig själv genom {new}."
            yield error("broken-link", file, line, "", message, "Skriv var filen finns nu.")
        elif end and not (end in assets or page in addresses or page in pages.ever):
            near = get_close_matches(end, [*assets, *addresses], 1)
            hint = f"Menade du {near[0]}?" if near else "Se efter vad filen eller sidan heter nu."
            yield error("broken-link", file, line, "", f"{end} finns inte.", hint)


def _end(old: str, moved: Mapping[str, str]) -> str:
    """Where the rows lead at last; empty where that is nowhere, or round and round."""
    seen = set()
    while old in moved:
        if old in seen:
            return ""
        seen.add(old)
        old = moved[old]
    return old
