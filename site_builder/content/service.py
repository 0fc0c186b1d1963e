"""Tjänst is something a citizen, company or association can get or do (CPSV-AP `cpsv:PublicService`)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from site_builder.content.fields import STOCKHOLM, Amount, Ref, Text, Texts, Whole, _as_list
from site_builder.content.record import Dataset, Part, Record, TypeInfo
from site_builder.content.site_view import SiteView

ChannelKind = Literal["etjänst", "telefon", "e-post", "besök", "blankett", "mobil", "post", "webb"]


class ServiceTime(Part):
    """How long it takes."""

    text: Text = Field("", description="Handläggningstiden i ord.")
    max_days: Whole | None = Field(None, alias="max_dagar", description="Längsta tiden i dagar.")


class Cost(Part):
    """What it costs."""

    amount: Amount | None = Field(None, alias="belopp", description="Belopp i kronor; 0 när det är gratis.")
    text: Text = Field("", description="Kostnaden i ord.")


class ServiceDate(Part):
    """A day to know of, such as the last one to apply."""

    when: Text = Field(
        alias="när", description="Dagen, `2027-02-25`, eller i ord, som `25 februari varje år`."
    )
    what: Text = Field(alias="vad", description="Vad som gäller då, som `Sista dag att söka`.")


class Channel(Part):
    """One way to use the service."""

    kind: ChannelKind = Field(
        alias="typ", description="etjänst, telefon, e-post, besök, blankett, mobil, post eller webb."
    )
    target: Annotated[Text, Ref("eservice", "place", "contact", loose=True)] = Field(
        "", alias="mål", description="E-tjänst, nummer, adress, plats eller webbadress."
    )
    text: Text = Field("", description="Förklaring till kanalen.")
    hours: Text = Field("", alias="öppettider", description="När kanalen är öppen.")


class Service(Record):
    """A service in the order a citizen needs it: who, how, what is needed, what you get, time and cost."""

    info: ClassVar = TypeInfo(
        name="service",
        plural="services",
        folder="tjanster",
        swedish="tjänst",
        swedish_plural="tjänster",
        task="Beskriva en ny tjänst",
        section="/tjanster/",
        rank=10,
        required=(
            "who",
            "how",
            "channels",
            "owner",
        ),
        a_to_z=True,
        listing="by_topic",
        lix=45,
        near={"questions": "question"},
        one={"political": "political_body"},
        many={"related": "related"},
        back={"eservices": ("eservice", "services"), "responsibilities": ("responsibility", "services")},
        in_english=True,
        dataset=Dataset(
            "Public services",
            "Vad man kan få eller göra hos kommunen: för vem, hur och till vilken avgift.",
            "What one can get or do at the municipality: for whom, how and at what fee.",
        ),
    )

    who: Text = Field("", alias="vem", description="Vem tjänsten är till för.")
    how: Texts = Field([], alias="hur", description="Så gör du, steg för steg.")
    needed: Texts = Field([], alias="behövs", description="Det du behöver ha till hands.")
    gets: Text = Field("", alias="får", description="Det du får.")
    time: ServiceTime | None = Field(None, alias="tid", description="Hur lång tid det tar.")
    cost: Cost | None = Field(None, alias="kostnad", description="Vad det kostar.")
    dates: list[ServiceDate] = Field(
        [], alias="viktiga_datum", description="Sista dagar och andra datum; de visas bredvid knappen."
    )
    channels: list[Channel] = Field(
        [], alias="kanaler", description="Minst en kanal som inte kräver e-legitimation."
    )
    state: Literal["normal", "ändrad", "begränsad", "stängd"] = Field(
        "normal", alias="läge", description="Tjänstens läge just nu."
    )
    state_reason: Text = Field("", alias="orsak", description="Varför läget inte är normalt.")
    political_body: Annotated[Text, Ref("body")] | None = Field(
        None, alias="politiskt_ansvar", description="Nämnden som är politiskt ansvarig."
    )
    legal_basis: Texts = Field([], alias="lagrum", description="Lagar som tjänsten vilar på.")
    appeal: Text = Field("", alias="överklagas", description="Hur ett beslut överklagas.")
    related: Annotated[list[Annotated[Text, Ref("service")]], BeforeValidator(_as_list)] = Field(
        [], alias="relaterat", description="Tjänster som hör ihop med denna."
    )

    def problems(self) -> list[tuple[str, str, str]]:
        """State needs a reason; one channel must do without e-legitimation."""
        found = []
        for row in self.dates:
            if re.fullmatch(r"[\d-]+", row.when) and not _day(row.when):
                message = f"”{row.when}” är inget datum. Skriv år-månad-dag, eller dagen i ord."
                found.append(("invalid-date", "dates", message))
        if self.state != "normal" and not self.state_reason:
            found.append(
                ("state-without-reason", "state_reason", f"Läget är ”{self.state}” men fältet orsak saknas.")
            )
        if self.channels and all(channel.kind in ("etjänst", "mobil") for channel in self.channels):
            found.append(
                (
                    "channel-without-e-id-missing",
                    "channels",
                    "Alla kanaler kräver e-legitimation. Lägg till en annan, till exempel växelns telefon.",
                )
            )
        return found

    def facts(self) -> dict[str, Any]:
        """Its state, where that is not the normal one, and the days that pass by."""
        days = [row.when for row in self.dates if _day(row.when)]
        return ({} if self.state == "normal" else {"state": self.state}) | ({"days": days} if days else {})

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`over`: the days that have been."""
        today = now.astimezone(STOCKHOLM).date()
        return {"over": [day for day in facts.get("days", ()) if date.fromisoformat(day) < today]}

    @classmethod
    def relations(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """Where its channels lead, by reference; an e-service to ring; related services."""
        targets = {
            reference.value: site.card(other)
            for reference, other in site.targets(one)
            if reference.attribute == "channels" and other and site.is_public(other)
        }
        eservices = [
            *(card for card in site.to(one, "channels") if card.type == "eservice"),
            *site.cards(site.back(one, "eservice", "services")),
        ]
        return {
            "targets": targets,
            "urgent": next((card for card in eservices if card.facts["urgent_phone"]), None),
            "related": site.to(one, "related") or site.same_topic(one, "service"),
        }

    def context(self, page_context: Mapping[str, Any]) -> dict[str, Any]:
        """`way` and `channels`: see there; `amount_to_say` before the words about cost."""
        cards = page_context["targets"]
        channels = [
            (channel, *link_to(channel.target, cards))
            for channel in self.channels
            if not leads_nowhere(cards.get(channel.target))
        ]
        return {
            "amount_to_say": amount_to_say(self.cost) if self.cost else "",
            "channels": channels,
            "way": None if self.state == "stängd" else way(channels, cards, page_context["eservices"]),
        }


def _day(text: str) -> bool:
    """Whether it is a day of the calendar, and not words."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and date.fromisoformat(text))
    except ValueError:
        return False


def leads_nowhere(card: Any) -> bool:
    """True for an e-service whose address nobody knows: it is not offered."""
    return bool(card) and card.type == "eservice" and not card.facts["target"]


class Way(NamedTuple):
    """The first thing to do: what the button says, where it leads, and what to know before."""

    text: str
    object: str
    """What or whom the text is about, after `colon` or a blank; empty where it says everything."""
    colon: bool
    address: str
    note: str


_LOGIN = {"e-legitimation": "Du loggar in med e-legitimation.", "konto": "Du loggar in med ditt konto."}
_DOES = {
    "etjänst": "Till e-tjänsten",
    "blankett": "Till blanketten",
    "mobil": "Till appen",
    "webb": "Till sidan",
    "telefon": "Ring",
    "e-post": "Skriv till",
}


def way(
    channels: list[tuple[Channel, str, str]], cards: Mapping[str, Any], eservices: list[Any]
) -> Way | None:
    """An e-service with a known address, otherwise the first channel that a link can open; None without."""
    for card in (*(cards.get(channel.target) for channel, _, _ in channels), *eservices):
        if card and card.type == "eservice" and card.facts["target"]:
            note = _LOGIN.get(card.facts["login"], "")
            text = "Till sidan med e-tjänsten" if card.facts["via_page"] else _DOES["etjänst"]
            return Way(text, card.title, True, card.facts["target"], note)
    for channel, address, name in channels:
        if address and channel.kind in _DOES and channel.target not in cards:
            named = name if channel.kind in ("telefon", "e-post") else ""
            return Way(_DOES[channel.kind], named, False, address, channel.hours)
    return None


def amount_to_say(cost: Cost) -> str:
    """The amount as a sentence; empty where there is none, and where the words say it already."""
    if cost.amount is None:
        return ""
    amount = f"{cost.amount:f}"
    amount = (amount.rstrip("0").rstrip(".") if "." in amount else amount).replace(".", ",")
    words = re.sub(r"(?<=\d)[  ](?=\d{3})", "", cost.text.lower())
    said = "gratis" in words if cost.amount == 0 else re.search(rf"(?<![\d,]){amount}(?!\d|,\d)", words)
    return "" if said else "Gratis." if cost.amount == 0 else f"{amount} kronor."


LISTS = {
    "/anslagstavla/": "Anslagstavla",
    "/driftinfo/": "Driftinformation",
    "/e-tjanster/": "Alla e-tjänster",
    "/beslut/": "Beslut",
    "/moten/": "Möten",
    "/kontakter/": "Kontakter",
    "/sok/": "Sök",
    "/a-o/": "Allt från A till Ö",
    "/prenumerera/": "Bevaka med e-post och sms",
}
"""What a service's channel is called that leads to one of the site's own lists."""


def link_to(target: str, cards: Mapping[str, Any]) -> tuple[str, str]:
    """The address and the text of a channel's target: a record, a web address, a mail address or a number."""
    if target in cards:
        return cards[target].address, cards[target].title
    if target.startswith(("http://", "https://", "/")):
        return target, LISTS.get(target, target)
    if "@" in target:
        return f"mailto:{target}", target
    if re.fullmatch(r"\+?[\d \-]{3,}", target):
        return "tel:" + re.sub(r"[ \-]", "", target), target
    return "", target
