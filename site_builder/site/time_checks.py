"""This module checks what is wrong now, or will be at a moment that the content itself knows.

Whatever stops a publication must be told before its time comes: else every build fails from then on, and
nobody has changed anything. So no error may hang on the moment alone; these look at all of a record's time.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from site_builder.content import notice_board
from site_builder.content.fields import STOCKHOLM
from site_builder.problems import Problem, error
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.addresses import Addresses
from site_builder.site.lifetime import begins, lasts
from site_builder.site.site import Site


def check_over_time(site: Site, pages: Addresses) -> Iterator[Problem]:
    """Every problem that time brings to records which are public now or later."""
    lasting = [one for one in site.all if lasts(one, site.now.timestamp()) and one.id not in site.withdrawn]
    yield from _final(site, lasting)
    yield from _changes(site, lasting)
    yield from _early(lasting)
    yield from _redirects(site, pages, lasting)


def _final(site: Site, lasting: list[IndexedRecord]) -> Iterator[Problem]:
    """A decision is final only when its time has passed and no appeal is pending, never by the date alone."""
    last_days: dict[str, list[str]] = defaultdict(list)
    for notice in lasting:
        if notice.type == "notice":
            for reference, decision in site.targets(notice):
                if decision and reference.attribute == "decisions":
                    last_days[decision.id].append(notice.facts["last_day"])
    for one in site.all:
        final_on = one.facts.get("final_on") if one.type == "decision" else ""
        if not final_on:
            continue
        last = max(last_days[one.id], default="")
        hint = "Ta bort `laga_kraft` tills det är säkert."
        message = ""
        if one.facts["appealed"]:
            message = "Beslutet är överklagat och målet inte avgjort; det har inte vunnit laga kraft."
        elif final_on > site.today.isoformat():
            message = f"Dagen {final_on} har inte varit än, så ingen vet om beslutet vinner laga kraft då."
        elif final_on <= last:
            message = f"Tiden för överklagande går ut först {last}, enligt anslaget."
        if message:
            yield error("not-final", one.file, 0, "laga_kraft", message, hint)


def _changes(site: Site, lasting: list[IndexedRecord]) -> Iterator[Problem]:
    """A change of what is public has been made, so its day has been: otherwise it would head every feed."""
    now = site.now.timestamp()
    for one in lasting:
        if one.modified <= now:  # nearly all of them
            continue
        seen = datetime.fromtimestamp(max(begins(one), now), STOCKHOLM).date()
        if one.modified >= datetime.combine(seen + timedelta(days=1), time(), STOCKHOLM).timestamp():
            day = datetime.fromtimestamp(one.modified, STOCKHOLM).date()
            message = f"Ändringen är daterad {day}, och den dagen har inte varit än."
            if seen > site.today:
                message = f"Ändringen är daterad {day}, efter den dag då sidan börjar visas, {seen}."
            hint = "Skriv dagen då ändringen gjordes."
            yield error("future-change", one.file, 0, "ändringar", message, hint)


def _early(lasting: list[IndexedRecord]) -> Iterator[Problem]:
    """A notice that would leave by itself before its last day, and stop every build from then on."""
    for one in lasting:
        if one.type == "notice" and one.unpublish_at < float("inf"):
            leaves = datetime.fromtimestamp(one.unpublish_at, STOCKHOLM).date().isoformat()
            if notice_board.leaves_too_early(leaves, one.facts["last_day"]):
                message = (
                    f"Anslaget ska sitta uppe till och med {one.facts['last_day']}, men tas ned {leaves}."
                )
                hint = "Ta bort `avpubliceras`: anslaget lämnar tavlan av sig självt."
                yield error("unpublished-too-early", one.file, 0, "avpubliceras", message, hint)


def _redirects(site: Site, pages: Addresses, lasting: list[IndexedRecord]) -> Iterator[Problem]:
    """An old address leads one way, and has no page of its own while it does."""
    records: dict[str, list[IndexedRecord]] = defaultdict(list)
    for one in lasting:
        records[one.address].append(one)
    owners: dict[str, list[IndexedRecord]] = defaultdict(list)
    for one in lasting:
        for old in dict.fromkeys(one.replaces):
            first = next((other for other in owners[old] if _together(one, other, site)), None)
            page = next((other for other in records[old] if _together(one, other, site)), None)
            if first:
                message = f"Den gamla adressen {old} leder redan till {first.file}."
                yield error("duplicate-redirect", one.file, 0, "ersätter", message, "Ta bort den ena.")
            elif page or old in pages.now or old in pages.later or old.rstrip("/") in site.content.assets:
                moment = max(begins(one), begins(page)) if page else 0.0
                yield error("redirect-over-page", one.file, 0, "ersätter", *_over(old, moment, page, site))
            owners[old].append(one)


def _over(old: str, moment: float, page: IndexedRecord | None, site: Site) -> tuple[str, str]:
    """Message and hint where an old address has a page of its own, maybe first at a `moment`."""
    if page is None or moment <= site.now.timestamp():
        return f"Adressen {old} har en egen sida och kan inte leda hit.", "Ta bort raden."
    when = f"{datetime.fromtimestamp(moment, STOCKHOLM):%Y-%m-%d %H:%M}"
    return (
        f"Från {when} har adressen {old} en egen sida, {page.file}, och kan inte leda hit.",
        f'Skriv `avpubliceras: "{when}"` i {page.file}, eller ta bort raden.',
    )


def _together(one: IndexedRecord, other: IndexedRecord, site: Site) -> bool:
    """True where both are public at some moment from now on."""
    begin = max(begins(one), begins(other), site.now.timestamp())
    return begin < min(one.unpublish_at, other.unpublish_at)
