"""The manifest says what the public last saw, addresses and notices; every publication is held against it.

A live notice may neither vanish nor change before its last day (kommunallagen 8 kap. 12 §, 13 kap. 5 §), and
a public address may not vanish without a redirect or a "borttagen" page.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from site_builder.content import notice_board
from site_builder.content.notice import UNDECIDED
from site_builder.media.asset import Asset
from site_builder.problems import Problem, error, warning
from site_builder.reading import moved_files
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site import asset_checks, news_reach
from site_builder.site.site import Site


class Seen(NamedTuple):
    """A notice as the public saw it."""

    address: str
    title: str
    last_day: str
    seal: str
    """Of all that must not change."""


class Override(NamedTuple):
    """A notice that had to leave before its time, because it must not be public."""

    id: str
    reason: str
    when: str


class Manifest(NamedTuple):
    """The publication as it was."""

    addresses: dict[str, str]
    """Address of a record → its title."""
    notices: dict[str, Seen]
    overrides: list[Override]
    boards: dict[str, list[str]]
    """By a notice's id: the other municipalities whose boards show it too; there may be more, never fewer."""
    news: dict[str, list[int]]
    """By a record's id: the moments of what has been news of it, in seconds since 1970."""
    files: dict[str, str]
    """Address below `/filer/` → digest of the file."""


EMPTY = Manifest({}, {}, [], {}, {}, {})


class ManifestError(Exception):
    """The manifest cannot be read: nothing may be published against an unknown past."""


def read(path: Path) -> Manifest:
    """The manifest of the last publication; empty where there was none. Raises ManifestError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            dict(data["addresses"]),
            {key: Seen(*value) for key, value in data["notices"].items()},
            [Override(*value) for value in data["overrides"]],
            dict(data.get("boards", {})),  # not there before they were kept
            dict(data.get("news", {})),  # as little
            dict(data.get("files", {})),
        )
    except FileNotFoundError:
        return EMPTY
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise ManifestError(
            f"{path} går inte att läsa, så det går inte att veta vad allmänheten senast såg. "
            "Ta tillbaka filen ur en säkerhetskopia."
        ) from failure


def dump(manifest: Manifest) -> bytes:
    """Stable, readable UTF-8."""
    return (json.dumps(manifest._asdict(), ensure_ascii=False, indent=0) + "\n").encode()


def publication(site: Site, before: Manifest, overrides: list[Override]) -> Manifest:
    """What the public will have seen after this publication."""
    notices = {
        one.id: Seen(one.address, one.title, one.facts["last_day"], one.seal)
        for one in site.public
        if one.type == "notice" and not one.example
    }
    addresses = {one.address: one.title for one in site.public if not one.example}
    boards = {one.id: _boards(one) for one in site.public if one.id in notices and _boards(one)}
    news = {one.id: news_reach.moments(one, site) for one in site.public if not one.example}
    files = {
        address: asset.digest for address, asset in site.content.assets.items() if _lasts(address, asset)
    }
    return Manifest(addresses, notices, [*before.overrides, *overrides], boards, news, files)


def _lasts(address: str, asset: Asset) -> bool:
    """Whether the public may have linked to it: no left-over of a program, and nothing refused."""
    return asset.kind != "refused" and not asset_checks.is_left_over(address)


def _boards(notice: IndexedRecord) -> list[str]:
    return list(notice.facts["other_boards"])


def overridden(before: Manifest, new: Iterable[Override] = ()) -> set[str]:
    """Ids of the notices that must not be public, by what was logged before and what is `new`."""
    return {one.id for one in (*before.overrides, *new)}


def gate(site: Site, before: Manifest, new: Collection[Override] = ()) -> Iterator[Problem]:
    """Why this publication must not happen; nothing when it may. `new` are the exceptions made with it."""
    for one in new:
        if one.id not in before.notices:
            message = f"Inget publicerat anslag har id {one.id}, så undantaget gäller ingenting."
            yield error("unknown-notice", "", 0, "", message, "Se efter id:t i anslagets fil.")
    allowed = overridden(before, new)
    yield from _notices(site, before, allowed)
    yield from _addresses(site, before, allowed)
    yield from _files(site, before)


def _notices(site: Site, before: Manifest, allowed: set[str]) -> Iterator[Problem]:
    today = site.today.isoformat()
    now = {one.id: one for one in site.public if one.type == "notice"}
    files = {one.id: one.file for one in site.all}
    for key, seen in before.notices.items():
        if key in allowed:
            continue
        one, live = now.get(key), not notice_board.is_taken_down(seen.last_day, today)
        file = files.get(key, "")
        if one is None and live:
            yield error(
                "notice-removed",
                file,
                0,
                "",
                f"Anslaget ”{seen.title}” ({seen.address}) ska sitta uppe till och med {seen.last_day} "
                "och får inte tas bort (kommunallagen 8 kap. 12 §).",
                "Lägg tillbaka det. Måste det bort: "
                f'site-builder build --override-notice {key} --reason "varför".',
            )
        elif one is not None and one.seal != seen.seal:
            kind = error if live else warning
            yield kind(
                "notice-changed",
                file,
                0,
                "",
                f"Anslaget ”{seen.title}” är publicerat och får inte ändras"
                + (f" före {seen.last_day}." if live else "."),
                "Återställ texten och gör rättelsen som ett nytt anslag.",
            )
        elif one is not None and live and _is_shortened(one, seen, before.boards.get(key, [])):
            message = f"Anslaget ”{seen.title}” skulle sitta uppe kortare än till {seen.last_day}."
            hint = "Återställ andra_tavlor. Där får tavlor och dagar fyllas på, men inte tas bort."
            yield error("notice-shortened", file, 0, "andra_tavlor", message, hint)
        elif one is not None and live and one.address != seen.address:
            message = f"Anslaget ”{seen.title}” har bytt adress; förut {seen.address}."
            yield error("notice-moved", file, 0, "", message, "Byt tillbaka filens namn.")


def _is_shortened(notice: IndexedRecord, seen: Seen, boards: list[str]) -> bool:
    """True where a board is gone, or a known last day comes sooner."""
    sooner = notice.facts["last_day"] < seen.last_day != UNDECIDED.isoformat()
    return sooner or not set(boards) <= set(_boards(notice))


def _addresses(site: Site, before: Manifest, allowed: set[str]) -> Iterator[Problem]:
    told = (*site.public, *site.gone)
    after = {one.address for one in told} | {old for one in told for old in one.replaces}
    after |= {seen.address for key, seen in before.notices.items() if key in allowed}
    files = {one.address: one.file for one in site.all}
    for address, title in before.addresses.items():
        if address not in after:
            yield error(
                "vanished-address",
                files.get(address, ""),
                0,
                "",
                f"Sidan ”{title}” fanns på {address} och är borta.",
                f"Skriv `ersätter: {address}` i den post som tar över, eller lägg tillbaka posten "
                "och sätt `avpubliceras`.",
            )


def _files(site: Site, before: Manifest) -> Iterator[Problem]:
    told = {old.rstrip("/") for one in (*site.public, *site.gone) for old in one.replaces}
    told |= {row.old for row in site.content.moved}
    now = {asset.digest: address for address, asset in site.content.assets.items()}
    for address, digest in before.files.items():
        if address not in site.content.assets and address not in told:
            message = f"Filen {address} fanns och är borta."
            new = now.get(digest, "/filer/den-nya.pdf")
            if digest in now:
                message = f"Filen {address} fanns och är borta; den heter nu {new}."
            hint = (
                f"Skriv `{address}: {new}` i {moved_files.FILE}, eller `{address}: {moved_files.GONE}` "
                "om den inte ska finnas. Eller lägg tillbaka den."
            )
            yield error("vanished-file", "", 0, "", message, hint)


def override(key: str, reason: str, now: datetime) -> Override:
    """A logged exception from the gate."""
    return Override(key, reason, now.isoformat(timespec="seconds"))
