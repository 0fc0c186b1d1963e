"""Ärendetyp is a kind of fault or view that people report; the case service asks and promises by it."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from site_builder.content.fields import ANY, Phone, Ref, Text, Texts, Whole, YesNo, _as_list, fail
from site_builder.content.record import Dataset, Record, TypeInfo
from site_builder.content.site_view import SiteView

TAKEN = ("ny", "lista")
"""Below `/felanmalan/` these are pages of the case service."""

MOST_QUESTIONS, LONGEST = 5, 60
"""Questions of a form, and working days of a promise."""


def _code(value: str) -> str:
    """A service code of Open311: what stands in addresses everywhere."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        fail("invalid-code", f"”{value}” är ingen kod. Skriv små bokstäver a–z, siffror och bindestreck.")
    return value


class CaseCategory(Record):
    """A kind of case."""

    info: ClassVar = TypeInfo(
        name="case_category",
        plural="case-categories",
        folder="ärendetyper",
        swedish="ärendetyp",
        swedish_plural="ärendetyper",
        heading="Anmäl fel och tyck till",
        section="/felanmalan/",
        rank=45,
        required=("body",),
        a_to_z=False,
        listing="by_topic",
        one={"organ": "body", "others": "others"},
        many={"related": "related"},
        dataset=Dataset(
            "Kinds of cases",
            "Vad man kan anmäla till kommunen: frågor, löften, och vem som svarar.",
            "What can be reported to the municipality: questions, promises, and who answers.",
        ),
    )

    kind: Literal["felanmälan", "synpunkt"] = Field(
        "felanmälan", alias="slag", description="felanmälan är något trasigt, synpunkt är allt annat."
    )
    body: Annotated[Text, Ref("body")] | None = Field(
        None, alias="organ", description="Organet som svarar för ärendena."
    )
    questions: Texts = Field([], alias="frågor", description="Högst fem korta frågor till den som anmäler.")
    working_days: Whole | None = Field(
        None,
        alias="arbetsdagar",
        description="Inom så många arbetsdagar kommer svar, om en källa lovar det.",
    )
    promise: Text = Field("", alias="löfte", description="Löftet i ord, med vilket år det är från.")
    urgent: Text = Field("", alias="akut", description="När man ska ringa i stället för att skriva.")
    urgent_phone: Phone | None = Field(None, alias="akut_telefon", description="Nummer när det är bråttom.")
    place: Literal["krävs", "önskas", "nej"] = Field(
        "krävs", alias="plats", description="Om formuläret frågar var felet är."
    )
    photo: YesNo = Field(True, alias="foto", description="Om formuläret ber om en bild.")
    public: YesNo = Field(
        False, alias="offentlig", description="Om kända fel får visas på webben, utan personuppgifter."
    )
    code: Annotated[Text, AfterValidator(_code)] | None = Field(
        None, alias="open311", description="Koden i Open311. Tomt: filens namn."
    )
    others: Annotated[Text, Ref("contact")] | None = Field(
        None, alias="någon_annans", description="Kontakten man vänder sig till när felet inte är kommunens."
    )
    related: Annotated[list[Annotated[Text, Ref(*ANY)]], BeforeValidator(_as_list)] = Field(
        [], alias="relaterat", description="Sidor som hör ihop."
    )

    def problems(self) -> list[tuple[str, str, str]]:
        """A promise is one to sixty days; a form asks a few questions."""
        found = []
        if self.working_days is not None and not 1 <= self.working_days <= LONGEST:
            message = f"{self.working_days} arbetsdagar går inte att lova. Skriv 1–{LONGEST}, eller inget."
            found.append(("promise-impossible", "working_days", message))
        if len(self.questions) > MOST_QUESTIONS:
            message = f"Högst {MOST_QUESTIONS} frågor: ingen fyller i fler på en telefon."
            found.append(("too-many-questions", "questions", message))
        return found

    def address(self, slug: str) -> str:
        """`/felanmalan/<slug>/`."""
        return f"/felanmalan/{'arende-' if slug in TAKEN else ''}{slug}/"

    @property
    def called(self) -> str:
        """Its kind."""
        return self.kind

    def facts(self) -> dict[str, Any]:
        """All that the case service needs to know."""
        return {
            "kind": self.kind,
            "code": self.code or "",
            "words": list(self.keywords),
            "questions": list(self.questions),
            "working_days": self.working_days,
            "promise": self.promise,
            "urgent": self.urgent,
            "urgent_phone": self.urgent_phone or "",
            "place": self.place,
            "photo": self.photo,
            "public": self.public,
        }

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """Who answers for it, its topics in words, and whose it is where it is not the municipality's."""
        bodies, others = site.to(one, "body"), site.to(one, "others")
        return {
            "slug": one.slug,
            "body": {"slug": bodies[0].slug, "name": bodies[0].title} if bodies else None,
            "others": {"name": others[0].title, "url": others[0].address} if others else None,
            "topics": list(one.topics),
        }
