"""A record, whatever its type, has the fields and methods of this module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from site_builder.content.fields import (
    FuzzyDate,
    Line,
    LocalDate,
    Moment,
    OldAddress,
    Ref,
    Text,
    Texts,
    Url,
    Vocabulary,
    YesNo,
    _as_list,
    fail,
)
from site_builder.content.site_view import SiteView

ASCII = str.maketrans("åäö", "aao")


def _uuid(value: Any) -> Any:
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError):
        fail(
            "invalid-id",
            f"”{value}” är inget id.",
        )


class Part(BaseModel):
    """A group of fields inside a record; unknown keys are problems."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Change(Part):
    """One entry of a record's history: a `stor` change is news to subscribers, a `liten` one is not."""

    when: Moment = Field(alias="när", description="När ändringen gjordes.")
    kind: Literal["stor", "liten"] = Field(
        alias="slag", description="stor ger utskick och flödespost, liten gör det inte."
    )
    note: Text = Field("", alias="not", description="Vad som ändrades; krävs för en stor ändring.")


class Link(Part):
    """A named document or page; without an address it is only known by name."""

    name: Text = Field(alias="namn", description="Dokumentets namn.")
    link: Url | None = Field(None, alias="länk", description="Webbadress, eller adress inom webbplatsen.")


class Dataset(NamedTuple):
    """What the catalogue of open data says of a type's records, in Swedish and English (DCAT-AP-SE)."""

    title_en: str
    about: str
    about_en: str
    theme: str = "GOVE"
    """Of the EU's data themes: https://publications.europa.eu/resource/authority/data-theme."""


@dataclass(frozen=True, kw_only=True)
class TypeInfo:
    """All that the rest of the site knows of a type: what it is called, and where and how it is shown."""

    name: str
    """English, singular: `service`; also the template's name."""
    plural: str
    """English, plural: the API's file name."""
    folder: str
    """The folder of `content/` and, unless `address` says otherwise, of the site."""
    swedish: str
    """Singular, for messages and headings: `tjänst`."""
    swedish_plural: str
    task: str = ""
    """What an editor does who writes a new one, in words: `Berätta en nyhet`; empty where it is rare."""
    heading: str = ""
    """What lists of it are called where the plural is a word of the administration's own: see `listed_as`."""
    rank: int
    """Its place among the types, lowest first: what a citizen needs first on a topic's page."""
    section: str = ""
    """The address of the list that its records belong to, such as `/tjanster/`; empty when there is none."""
    listing: Literal["all", "by_year", "by_topic", "own"] = "all"
    """The list at `section`: all in one; the same topic by topic; for what grows for ever the latest, and
    lists by year and by body; or a page of its own kind, which `site_builder.pages.lists` makes."""
    a_to_z: bool = False
    """Whether its titles are in A–Ö."""
    known_as: tuple[str, ...] = ()
    """What people search for when they want its list, or that of a body."""
    line: str = "day"
    """What lists say beside the title: the name of one of the macros in `theme/parts.html`."""
    summarised: bool = True
    """Whether lists show its summary."""
    feed: str = ""
    """A feed that it is in, beside those of its type, topics, areas and body."""
    calendar: str = ""
    """The name of the calendar with all of the type, which happens at a time: its facts are `happening`'s."""
    coming: str = ""
    """The heading on the start page over those that are next to come; empty when they are not shown there."""
    required: tuple[str, ...] = ()
    """Attributes that must have a value (a warning where `källa` says that the facts are historical)."""
    fresh: bool = False
    """Newest first in lists (news, decisions); otherwise by title."""
    said: bool = False
    """Said or done once (a decision, news); otherwise what people come for. The search tells them apart."""
    quoted: bool = False
    """Whether its text is quoted from a document, so that nobody judges how it reads."""
    lix: int = 50
    """The readability index (LIX) over which its texts are hard to read."""
    one: Mapping[str, str] = field(default_factory=dict)
    """Relations that the page shows: name in the template → attribute that refers to one record."""
    many: Mapping[str, str] = field(default_factory=dict)
    """The same for attributes that refer to several."""
    back: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Relations the other way: name in the template → (type, attribute) that refers to this record."""
    latest: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The same for relations of which the page shows the first ten, and their number as `<name>_count`."""
    near: Mapping[str, str] = field(default_factory=dict)
    """Name in the template → type: a few records of the same topic."""
    in_english: bool = False
    """Whether the type's own headings are in English too (theme/english.html); else a record may not be."""
    dataset: Dataset | None = None
    """The type in the catalogue of open data; None where it is not there."""

    @property
    def listed_as(self) -> str:
        """The heading over a list of its records."""
        return self.heading or self.swedish_plural[0].upper() + self.swedish_plural[1:]

    @property
    def slug(self) -> str:
        """The folder as it stands in addresses: of feeds, of lists below a topic."""
        return self.folder.translate(ASCII)


class Record(BaseModel):
    """The fields that every record has. Subclasses add their own."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    info: ClassVar[TypeInfo]

    id: Annotated[str, BeforeValidator(_uuid)] = Field(
        description="Postens permanenta identitet (UUID). Ändras aldrig."
    )
    title: Line = Field(
        alias="titel", min_length=1, description="Rubriken och länktexten, helst högst 65 tecken."
    )
    summary: Text = Field(
        alias="ingress", min_length=1, description="En eller två meningar, helst högst 200 tecken."
    )
    topics: Annotated[list[Annotated[Text, Vocabulary("topics")]], BeforeValidator(_as_list)] = Field(
        [], alias="ämnen", max_length=3, description="Ett till tre ämnen ur ämnen.yml."
    )
    areas: Annotated[list[Annotated[Text, Vocabulary("areas")]], BeforeValidator(_as_list)] = Field(
        [], alias="områden", description="Delar av kommunen ur områden.yml."
    )
    audiences: Annotated[list[Annotated[Text, Vocabulary("audiences")]], BeforeValidator(_as_list)] = Field(
        [], alias="målgrupper", description="För vem, ur målgrupper.yml."
    )
    keywords: Texts = Field(
        [], alias="sökord", description="Vardagsord och synonymer som folk söker med. Visas inte."
    )
    status: Literal["utkast", "granskas", "publicerad", "arkiverad"] = Field(
        description="utkast, granskas, publicerad eller arkiverad. Bara de två sista syns utåt."
    )
    published: Moment = Field(alias="publicerad", description="När posten publiceras, svensk tid.")
    changes: list[Change] = Field([], alias="ändringar", description="Ändringar efter publiceringen.")
    publish_from: Moment | None = Field(
        None, alias="publiceras_från", description="Visas inte före denna tidpunkt."
    )
    unpublish_at: Moment | None = Field(
        None,
        alias="avpubliceras",
        description="Ersätts vid denna tidpunkt av en sida om att innehållet är borttaget.",
    )
    sources: Texts = Field([], alias="källa", description="Var uppgifterna kommer ifrån.")
    facts_as_of: FuzzyDate | None = Field(
        None, alias="uppgift_per", description="Vilken dag uppgifterna gällde."
    )
    example: YesNo = Field(False, alias="exempel", description="Märker posten som exempel överallt.")
    owner: Annotated[Text, Ref("contact", "body")] | None = Field(
        None, alias="ansvarig", description="Kontakten eller organet som ansvarar för innehållet."
    )
    review_by: LocalDate | None = Field(
        None,
        alias="granskas_senast",
        description="När innehållet senast ska ses över; annars ett år efter senaste ändringen.",
    )
    replaces: Annotated[list[OldAddress], BeforeValidator(_as_list)] = Field(
        [], alias="ersätter", description="Gamla adresser som ska leda hit."
    )
    accepts: Texts = Field(
        [],
        alias="godtar",
        description="Varningar som ska få stå kvar, med sin kod; till exempel när ett värde inte är känt.",
    )
    language: Literal["sv", "en", "sv-lattlast"] = Field(
        "sv", alias="språk", description="sv, en eller sv-lattlast."
    )
    translation_of: Annotated[Text, Ref()] | None = Field(
        None, alias="översätter", description="Den svenska sida som denna översätter."
    )

    @property
    def updated(self) -> datetime:
        """When subscribers last had news of this: publication or the latest `stor` change."""
        return max([self.published, *(change.when for change in self.changes if change.kind == "stor")])

    @property
    def modified(self) -> datetime:
        """When anything was last changed."""
        return max([self.published, *(change.when for change in self.changes)])

    @property
    def called(self) -> str:
        """What people call such a page; a unit is no body to them."""
        return self.info.swedish

    def address(self, slug: str) -> str:
        """The record's place on the site, beginning and ending with a slash."""
        return f"/{self.info.slug}/{slug}/"

    @property
    def when(self) -> str:
        """The day or moment that matters in lists, as ISO text; empty where none does."""
        return self.updated.isoformat() if self.info.fresh else ""

    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong with the fields together: (code, attribute, Swedish message)."""
        return []

    def warnings(self) -> list[tuple[str, str, str]]:
        """What is odd, but may be as it is: (code, attribute, Swedish message)."""
        return []

    def facts(self) -> dict[str, Any]:
        """What other pages show of this record beside its title: plain values only, nothing withheld."""
        return {}

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:  # noqa: ARG003 - types differ
        """What the page shows that depends on the moment, from `facts`."""
        return {}

    @classmethod
    def lasting(cls, facts: Mapping[str, Any]) -> Iterable[tuple[date, timedelta]]:  # noqa: ARG003 - types differ
        """Days of `facts`, each with how many days after it the page still says the same."""
        return ()

    def seal(self, body: str) -> str:  # noqa: ARG002 - most may change
        """A digest of all that may not change once public, its text `body` included; empty where all may."""
        return ""

    def context(self, page_context: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - types differ
        """What the template needs beyond the fields and `page_context`: a pure function of both."""
        return {}

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:  # noqa: ARG003 - types differ
        """What other pages show beside `facts`: what hangs on other records or on the moment."""
        return {}

    @classmethod
    def relations(cls, one: Any, site: SiteView) -> dict[str, Any]:  # noqa: ARG003 - types differ
        """What the record's page shows of other records beside the relations that `info` declares."""
        return {}

    def search_words(self) -> Sequence[str]:
        """Words that the search knows this record by, beside its text and `keywords`."""
        return ()

    def long_texts(self) -> Sequence[str]:
        """The texts that are Markdown, beside the body."""
        return ()
