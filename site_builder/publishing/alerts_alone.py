"""Alerts are published alone when something else is wrong; the rest of the site stays as it was.

No fault of another record may keep an alert from going out.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from site_builder.content.alert import Alert
from site_builder.formats.api import dump
from site_builder.media.asset import address_of
from site_builder.media.published import published as published_files
from site_builder.pages import SitePages, site_pages
from site_builder.problems import Problem
from site_builder.publishing.making import Place, publish_some
from site_builder.publishing.manifest import Manifest
from site_builder.publishing.outputs import Output, outputs
from site_builder.publishing.publish import clear, published
from site_builder.publishing.rendering import Renderer
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

IN_FORCE = "api/v1/alerts.json"
"""What every page of the site asks for the alerts in force."""
GROUPS = {"alerts": "expires", "over": "over_until"}
"""The groups of that file, each with the field that says how long its rows stand."""
_OWN = (
    f"{Alert.info.folder}/",
    f"api/v1/{Alert.info.plural}/",
    IN_FORCE,
    "floden/kris.",
    "floden/typ-driftinfo.",
)
"""How the paths of the alerts' own files begin: pages and CAP, data, feeds."""


def alerts_alone(
    place: Place,
    site: Site,
    problems: Iterable[Problem],
    before: Manifest,
    stamp: str,
) -> tuple[int, int]:
    """Publish the alerts' own files; returns how many were made, and how many changed.

    Nothing is published where the site has never been. An alert with an error of its own waits until it is
    mended, and the one that the public has seen stays. Raises PublicationError.
    """
    known = published(place.site)
    if not known:
        return 0, 0
    clear(place.site)
    sound = _sound(site, problems, known)
    pictures = _pictures(sound)
    wanted = [
        output for output in _outputs(sound, stamp) if output.path.startswith(_OWN) or output.path in pictures
    ]
    wanted = [
        _with_others(output, place.site, sound) if output.path == IN_FORCE else output for output in wanted
    ]
    addresses = {one.address: one.title for one in sound.of_type("alert") if not one.example}
    return publish_some(place, wanted, before._replace(addresses=before.addresses | addresses))


def _pictures(site: Site) -> set[str]:
    """The paths of what the alerts show and lead to below `/filer/`."""
    assets = site.content.assets
    paths = {address_of(path) for one in site.of_type("alert") for path, _, _ in one.links}
    return {one.path for one in published_files({path: assets[path] for path in paths if path in assets})}


def _sound(site: Site, problems: Iterable[Problem], known: dict[str, str]) -> Site:
    """The site without records that have errors, save for alerts that are published just as they stand."""
    faulty = {problem.file for problem in problems if problem.severity == "error"}
    records = [one for one in site.all if one.file not in faulty or _is_published(one, known)]
    content = site.content._replace(records=records)
    return Site(content, site.now, site.config, withdrawn=site.withdrawn)


def _is_published(one: IndexedRecord, known: dict[str, str]) -> bool:
    return one.type == "alert" and one.digest in known.get(f"api/v1/{Alert.info.plural}/{one.id}.json", "")


def _outputs(site: Site, stamp: str) -> Iterable[Output]:
    pages = site_pages(site)
    own = [one for one in pages.records if one.type == "alert"]
    return outputs(site, SitePages(site, pages.generated, own), Renderer(site), stamp)


def _with_others(output: Output, folder: Path, site: Site) -> Output:
    """Alerts in force, or just over, and beside them those that the content does not tell of: they have
    errors now.
    """
    return output._replace(make=_merged, arguments=(output.data(), folder / output.path, site))


def _merged(data: bytes, path: Path, site: Site) -> bytes:
    told = json.loads(data)
    here = {one.id for one in site.all}
    kept = {
        group: [
            row
            for row in _rows(path, group)
            if row["id"] not in here and site.now < datetime.fromisoformat(row[end])
        ]
        for group, end in GROUPS.items()
    }
    return (
        dump(told | {group: told[group] + rows for group, rows in kept.items()})
        if any(kept.values())
        else data
    )


def _rows(path: Path, group: str) -> list[dict[str, Any]]:
    """The alerts that the public sees; none where the file is not there or not whole."""
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_bytes())[group]
    except (OSError, ValueError, KeyError):  # the version before had no alerts that are over
        return []
    return rows
