"""Derive: what the public may see at a moment, and how it hangs together."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from site_builder.content import BY_FOLDER, BY_NAME
from site_builder.content.fields import STOCKHOLM
from site_builder.legal_dates import last_day_of_appeal
from site_builder.load import Content, Entry, Term

GENERATED = (
    "/",
    "/anslagstavla/",
    "/a-o/",
    "/amnen/",
    "/sok/",
    "/floden/",
    "/tillganglighet/",
    "/e-tjanster/",
    "/tjanster/",
    "/ansvar/",
    "/organ/",
    "/kontakter/",
    "/moten/",
    "/beslut/",
    "/trygghet/",
    "/driftinfo/",
    "/nyheter/",
    "/granskningar/",
    "/fragor/",
    "/platser/",
    "/prenumerera/",
)


def is_public(entry: Entry, now: datetime) -> bool:
    """Published or archived, begun, and not withdrawn."""
    record = entry.record
    return (
        record.status in ("publicerad", "arkiverad")
        and record.published <= now
        and (record.publish_from is None or record.publish_from <= now)
        and (record.unpublish_at is None or now < record.unpublish_at)
    )


class Site:
    """All records, by id, slug and address; the public ones, by type, topic and body. Aware of one moment."""

    def __init__(self, content: Content, now: datetime) -> None:
        self.now = now
        self.today: date = now.astimezone(STOCKHOLM).date()
        self.all = content.entries
        self.topics: dict[str, Term] = content.vocabularies["topics"]
        self.areas: dict[str, Term] = content.vocabularies["areas"]
        self.public = [entry for entry in content.entries if is_public(entry, now)]
        self.listed = [entry for entry in self.public if entry.record.status == "publicerad"]
        self._ids = {entry.record.id: entry for entry in content.entries}
        self._slugs = {(entry.record.info.name, entry.slug): entry for entry in content.entries}
        self._addresses = {entry.address for entry in content.entries} | set(GENERATED)
        self._addresses |= {f"/amnen/{slug}/" for slug in self.topics}
        self._types: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.listed:
            self._types[entry.record.info.name].append(entry)
        for name, entries in self._types.items():
            fresh = BY_NAME[name].info.fresh
            entries.sort(key=newest if fresh else lambda entry: entry.record.title.lower(), reverse=fresh)
        self._ids_public = {entry.record.id for entry in self.public}

    def of_type(self, name: str) -> list[Entry]:
        """The listed records of a type, in the type's order."""
        return self._types.get(name, [])

    def find(self, reference: str, types: Iterable[str]) -> Entry | None:
        """What a slug, `folder/slug` or id refers to, public or not."""
        if reference in self._ids:
            return self._ids[reference]
        folder, _, slug = reference.rpartition("/")
        inside = [BY_FOLDER[folder].info.name] if folder in BY_FOLDER else []
        names = inside if folder else list(types)
        return next((self._slugs[name, slug] for name in names if (name, slug) in self._slugs), None)

    def show(self, reference: str | None, *types: str) -> Entry | None:
        """As `find`, but only what the public may see."""
        found = self.find(reference, types) if reference else None
        return found if found and found.record.id in self._ids_public else None

    def slugs(self, types: Iterable[str]) -> list[str]:
        """All slugs of these types."""
        return [slug for name, slug in self._slugs if name in types]

    def has_address(self, path: str) -> bool:
        """True where the site has a page (files below /api/ and /floden/ are taken on trust)."""
        return path.rstrip("/") + "/" in self._addresses or path.startswith(
            ("/api/", "/floden/", "/prenumerera/", "/datasets/")
        )

    def addresses(self) -> list[str]:
        """Every address that a page may link to."""
        return sorted(self._addresses)

    def about(self, topic: str) -> list[Entry]:
        """The listed records of a topic or of one below it."""
        terms = {topic, *(term.slug for term in self.topics.values() if term.parent == topic)}
        return [entry for entry in self.listed if terms & set(entry.record.topics)]

    def refers(self, entry: Entry, name: str, field: str) -> list[Entry]:
        """The listed records of type `name` whose `field` refers to `entry`."""
        kind = (entry.record.info.name,)
        found = []
        for other in self.of_type(name):
            value: Any = getattr(other.record, field)
            values = value if isinstance(value, list) else [value] if value else []
            if any(self.find(item, kind) is entry for item in values):
                found.append(other)
        return found

    def active_alerts(self) -> list[Entry]:
        """Alerts in force, most severe first; one that has been updated or ended is not in force."""
        order = ["extrem", "allvarlig", "måttlig", "mindre", "okänd"]
        alerts = self.of_type("alert")
        gone = set()
        for other in alerts:
            for field in ("updates", "ends"):
                old = self.find(getattr(other.record, field) or "", ("alert",))
                if old:
                    gone.add(old.record.id)
        now = self.now
        active = [
            entry
            for entry in alerts
            if entry.record.id not in gone
            and not getattr(entry.record, "ends", None)
            and entry.record.effective <= now < entry.record.expires  # type: ignore[attr-defined]
        ]
        return sorted(active, key=lambda entry: order.index(entry.record.severity))  # type: ignore[attr-defined]

    def last_day(self, notice: Entry) -> date:
        """A notice's last day: stated by another law, the meeting's day, or three weeks (law.md's kinds)."""
        record: Any = notice.record
        if record.last_day:
            return record.last_day  # type: ignore[no-any-return]
        if record.kind in ("fullmäktigesammanträde", "nämndsammanträde") and record.meeting_date:
            return record.meeting_date  # type: ignore[no-any-return]
        return last_day_of_appeal(record.announced_on)

    def board(self) -> list[Entry]:
        """The notices that are up today."""
        return [
            entry
            for entry in self.of_type("notice")
            if entry.record.announced_on <= self.today <= self.last_day(entry)  # type: ignore[attr-defined]
        ]


def newest(entry: Entry) -> tuple[str, str]:
    """Sorts by the day that matters: the decision's, the meeting's, otherwise the latest news of it."""
    record: Any = entry.record
    day = getattr(record, "date", None) or getattr(record, "start", None) or record.updated
    return (day if isinstance(day, str) else day.isoformat(), entry.slug)
