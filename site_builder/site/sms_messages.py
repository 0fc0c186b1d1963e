"""What an alert's SMS will be like when it leaves: with the sender's name and its links."""

from datetime import datetime

from site_builder.content import sms
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site


def message(site: Site, one: IndexedRecord) -> str:
    """The SMS of an alert; an alert without a text of its own is told by its title."""
    words = one.facts["sms"] or one.title
    named = {reference.attribute for reference in one.references}
    opening = "Uppdaterat: " if "updates" in named else "Faran är över: " if "ends" in named else ""
    if "ends" in named and one.facts["instruction"] and not one.facts["sms"]:
        words = f"{one.title.rstrip('.')}. {one.facts['instruction']}"
    return sms.as_sent(site.config.name, site.config.base, one.address, opening + words)


def told(site: Site, one: IndexedRecord) -> str:
    """In words for the editor: how many parts, and why more than the text alone takes."""
    text = message(site, one)
    count = sms.parts(text)
    number = "1 del" if count == 1 else f"{count} delar"
    return f"sms:et går ut i {number}: {len(text)} tecken med avsändarens namn och länkar."


def counts(site: Site) -> list[str]:
    """A line for each alert that is still to be sent or in force, sorted by file."""
    lasting = [
        one
        for one in site.all
        if one.type == "alert"
        and one.facts["kind"] != "övning"
        and datetime.fromisoformat(one.facts["expires"]) > site.now
    ]
    return sorted(f"{one.file}: {told(site, one)}" for one in lasting)
