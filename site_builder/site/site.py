"""A `Site` derives what the public may see at a moment, and how it hangs together."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from site_builder.config import Config
from site_builder.content import BY_FOLDER, BY_NAME, notice_board
from site_builder.content.fields import STOCKHOLM
from site_builder.reading.load import Content
from site_builder.reading.indexed_record import IndexedRecord, Reference
from site_builder.content.vocabulary import Term, Terms
from site_builder.site import alert_chain
from site_builder.site.card import Card
from site_builder.site.lifetime import is_gone, is_public, unseen
from site_builder.site.meeting_addresses import with_own_addresses
from site_builder.site.sorting import order
from site_builder.text.phones import same


RELATED = 5
"""So many records of the same topic are told of."""

MATTER = 10
"""So many decisions of the same case are told of."""


class Site:
    """All records, by id, slug and address; the public ones, by type, topic and body. Aware of one moment.

    `counts` says which records are looked upon as public, where it is not those that are public now.
    """

    def __init__(
        self,
        content: Content,
        now: datetime,
        config: Config,
        *,
        preview: bool = False,
        withdrawn: Collection[str] = (),
        counts: Callable[[IndexedRecord, float], bool] | None = None,
    ) -> None:
        self.now = now
        self.today: date = now.astimezone(STOCKHOLM).date()
        self.config = config
        self.content = content
        self.all = with_own_addresses(content.records)
        self.topics: Terms = content.vocabularies["topics"]
        self.areas: Terms = content.vocabularies["areas"]
        self.audiences: Terms = content.vocabularies["audiences"]
        seconds = now.timestamp()
        self.preview = preview
        """For editors: drafts and what is yet to come are shown as if they were public."""
        self.withdrawn = withdrawn
        """Ids of what must not be public whatever its file says."""
        counts = counts or is_public
        begun = [one for one in self.all if preview or counts(one, seconds)]
        self.public = [one for one in begun if one.id not in withdrawn]
        self.gone = [one for one in begun if one.id in withdrawn]
        if not preview:
            self.gone += [one for one in self.all if is_gone(one, seconds)]
        self.listed = [one for one in self.public if one.status != "arkiverad"]
        self.by_file = {one.file: one for one in self.all}
        self._ids = {one.id: one for one in self.all}
        self._before = {
            (one.type, old.rstrip("/").rpartition("/")[2]): one for one in self.all for old in one.replaces
        }
        self._slugs = {(one.type, one.slug): one for one in self.all}
        self._public = {one.id for one in self.public}
        self._cards: dict[str, Card] = {}
        self._cards_by_attribute: dict[str, dict[str, list[Card]]] = {}
        self._found: dict[tuple[str, tuple[str, ...]], IndexedRecord | None] = {}
        self._targets: dict[str, list[tuple[Reference, IndexedRecord | None]]] = {}

    # -- finding ---------------------------------------------------------------------------------------

    def find(self, reference: str, types: tuple[str, ...]) -> IndexedRecord | None:
        """What a slug, `folder/slug` or id refers to, public or not."""
        asked = (reference, types)
        if asked not in self._found:
            self._found[asked] = self._find(reference, types) or self._renamed(reference, types)
        return self._found[asked]

    def _renamed(self, reference: str, types: tuple[str, ...]) -> IndexedRecord | None:
        """The record that says by `ersätter` that it was called this before."""
        folder, _, slug = reference.rpartition("/")
        model = BY_FOLDER.get(folder)
        kinds = (model.info.name,) if model else () if folder else types
        return next((self._before[kind, slug] for kind in kinds if (kind, slug) in self._before), None)

    def _find(self, reference: str, types: tuple[str, ...]) -> IndexedRecord | None:
        found = self._ids.get(reference)
        if found:
            return found
        folder, _, slug = reference.rpartition("/")
        if folder:
            model = BY_FOLDER.get(folder)
            return self._slugs.get((model.info.name, slug)) if model else None
        for name in types:
            found = self._slugs.get((name, reference))
            if found:
                return found
        return None

    def slugs(self, types: Iterable[str]) -> list[str]:
        """All slugs of these types."""
        wanted = set(types)
        return [slug for name, slug in self._slugs if name in wanted]

    def is_public(self, one: IndexedRecord) -> bool:
        """True where the public may see this record now."""
        return one.id in self._public

    def card(self, one: IndexedRecord) -> Card:
        """A record as other pages show it."""
        card = self._cards.get(one.id)
        if card is None:
            card = self._cards[one.id] = self._card(one)
        return card

    def cards(self, records: Iterable[IndexedRecord]) -> list[Card]:
        """The same for several; by far the most asked, so those that are made already cost no call."""
        made = self._cards
        return [made.get(one.id) or self.card(one) for one in records]

    def _card(self, one: IndexedRecord) -> Card:
        derived = self._derived(one)
        info = BY_NAME[one.type].info
        return Card(
            one.id,
            one.type,
            info.swedish,
            one.slug,
            one.address,
            one.title,
            one.summary,
            one.when,
            one.example,
            one.status == "arkiverad",
            one.lang,
            one.facts | derived,
            f"{one.card}{one.address}{derived}",
        )

    def _derived(self, one: IndexedRecord) -> dict[str, Any]:
        """What a card says that hangs on other records, the vocabularies or the moment."""
        found: dict[str, Any] = {}
        if one.body:
            body = self.body(one)
            found["body_name"] = body.title if body else ""
        if self.preview:
            found["unseen"] = unseen(one, self.now.timestamp())
        return found | BY_NAME[one.type].card_facts(one, self)

    def opening_hours(self, number: str) -> str:
        """When a number answers, as its contact says; empty where nobody says so, and where it always does."""
        contacts = self.of_type("contact")
        found = (str(one.facts["phone_hours"]) for one in contacts if same(one.facts["phone"], number))
        return next((hours for hours in found if "dygnet runt" not in hours.lower()), "")

    def body(self, one: IndexedRecord) -> IndexedRecord | None:
        """The body that a record belongs to, where it is public; a body belongs to itself."""
        if one.type == "body":
            return one
        found = self.find(one.body, ("body",)) if one.body else None
        return found if found and self.is_public(found) else None

    def area_text(self, alert: IndexedRecord) -> str:
        """Where an alert applies, in words; empty where it is the whole municipality."""
        names = (self.areas[slug].name for slug in alert.areas if slug in self.areas)
        return str(alert.facts["area_text"]) or ", ".join(names)

    def alert_state(self, alert: IndexedRecord) -> dict[str, str]:
        """Whether an alert is in force, to come or over, and since when."""
        return alert_chain.state(self, alert)

    def alert_ending(self, alert: IndexedRecord) -> Card | None:
        """The alert that ends this one, once it does."""
        end = alert_chain.ending(self, alert)
        return self.card(end) if end else None

    def sms(self, alert: IndexedRecord) -> tuple[str, str]:
        """An alert's SMS, and in words how many parts it takes."""
        from site_builder.site import sms_messages  # it asks the site itself

        return sms_messages.message(self, alert), sms_messages.told(self, alert)

    # -- relations -------------------------------------------------------------------------------------

    def to(self, one: IndexedRecord, attribute: str) -> list[Card]:
        """The public records that an attribute of this one refers to, in the order written."""
        found = self._cards_by_attribute.get(one.file)
        if found is None:
            found = self._cards_by_attribute[one.file] = {}
            for reference, other in self.targets(one):
                if other and other.id in self._public:
                    found.setdefault(reference.attribute, []).append(self.card(other))
        return found.get(attribute, [])

    def targets(self, one: IndexedRecord) -> list[tuple[Reference, IndexedRecord | None]]:
        """What each field of this record that points at another points at; None where there is nothing."""
        found = self._targets.get(one.file)
        if found is None:
            found = [
                (ref, self.find(ref.value, ref.types))
                for ref in one.references
                if not ref.types[0].startswith("vocabulary:")
            ]
            self._targets[one.file] = found
        return found

    @cached_property
    def _back(self) -> dict[tuple[str, str, str], list[IndexedRecord]]:
        back: dict[tuple[str, str, str], list[IndexedRecord]] = defaultdict(list)
        for name in BY_NAME:
            for one in self.of_type(name):
                for reference, other in self.targets(one):
                    if other:
                        back[other.id, name, reference.attribute].append(one)
        return back

    def back(self, one: IndexedRecord, kind: str, attribute: str) -> list[IndexedRecord]:
        """The listed records of type `kind` whose `attribute` refers to this one, in the type's order."""
        return self._back.get((one.id, kind, attribute), [])

    @cached_property
    def translations(self) -> dict[str, list[IndexedRecord]]:
        """By the id of the Swedish original: it and its translations, where there are any."""
        found: dict[str, list[IndexedRecord]] = {}
        for one in self.public:
            original = self.find(one.translation_of, (one.type,)) if one.translation_of else None
            if original and self.is_public(original):
                found.setdefault(original.id, [original]).append(one)
        return found

    # -- collections -----------------------------------------------------------------------------------

    @cached_property
    def _types(self) -> dict[str, list[IndexedRecord]]:
        types: dict[str, list[IndexedRecord]] = defaultdict(list)
        for one in self.listed:
            types[one.type].append(one)
        for name, records in types.items():
            records.sort(key=order, reverse=BY_NAME[name].info.fresh)
        return types

    def of_type(self, name: str) -> list[IndexedRecord]:
        """The listed records of a type, in the type's order."""
        return self._types.get(name, [])

    @cached_property
    def _topics(self) -> dict[str, list[IndexedRecord]]:
        found: dict[str, list[IndexedRecord]] = defaultdict(list)
        for name in BY_NAME:
            for one in self.of_type(name):
                for slug in {
                    *one.topics,
                    *(self.topics[topic].parent for topic in one.topics if topic in self.topics),
                }:
                    if slug:
                        found[slug].append(one)
        return found

    def about(self, topic: str) -> list[IndexedRecord]:
        """The listed records of a topic or of one below it, type by type."""
        return self._topics.get(topic, [])

    @cached_property
    def _topic_types(self) -> dict[tuple[str, str], list[IndexedRecord]]:
        found: dict[tuple[str, str], list[IndexedRecord]] = defaultdict(list)
        for slug, records in self._topics.items():
            for one in records:
                found[slug, one.type].append(one)
        return found

    def topic_type(self, topic: str, kind: str) -> list[IndexedRecord]:
        """Those of a topic that are of one type, in the type's order."""
        return self._topic_types.get((topic, kind), [])

    @cached_property
    def matters(self) -> dict[str, list[Card]]:
        """The listed decisions of each case (dnr), the latest first; cases with one decision are left out."""
        found: dict[str, list[IndexedRecord]] = defaultdict(list)
        for one in self.of_type("decision"):
            if one.facts["reference"]:
                found[one.facts["reference"]].append(one)
        return {key: self.cards(records) for key, records in found.items() if len(records) > 1}

    def same_topic(self, one: IndexedRecord, kind: str) -> list[Card]:
        """A few of the first topic's records of a type, without this one and without other languages."""
        if not one.topics:
            return []
        near = (
            other
            for other in self.topic_type(one.topics[0], kind)
            if other.id != one.id and other.lang == one.lang
        )
        return self.cards(islice(near, RELATED))

    def same_matter(self, one: IndexedRecord) -> list[Card]:
        """The latest decisions of the same case (dnr), without this one."""
        found = self.matters.get(one.facts["reference"], [])
        return [card for card in found if card.id != one.id][:MATTER]

    def children(self, topic: str) -> list[Term]:
        """The topics below one; the topmost ones for the empty slug."""
        return [term for term in self.topics.values() if term.parent == topic]

    @cached_property
    def board(self) -> list[IndexedRecord]:
        """The notices that are up today, the latest first."""
        today = self.today.isoformat()
        return [
            one
            for one in self.of_type("notice")
            if notice_board.is_up(one.facts["announced_on"], one.facts["last_day"], today)
        ]

    @cached_property
    def past_notices(self) -> list[IndexedRecord]:
        """The notices that have been taken down, the latest first."""
        today = self.today.isoformat()
        return [
            one
            for one in self.of_type("notice")
            if notice_board.is_taken_down(one.facts["last_day"], today)
        ]

    def coming(self, name: str) -> list[IndexedRecord]:
        """Those of a type that happens at a time that are not past, the next first."""
        return [one for one in reversed(self.of_type(name)) if not self.card(one).facts["past"]]

    @cached_property
    def common_questions(self) -> list[IndexedRecord]:
        """The questions, the most asked first."""
        return sorted(self.of_type("question"), key=lambda one: -one.facts["asked"])
