"""A contact is published as a vCard 4.0 (RFC 6350), to save in a phone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from site_builder.formats.registry import Format
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.card import Card
from site_builder.site.site import Site


def address(page: str) -> str:
    """`/kontakt/<slug>.vcf`, beside the contact's `page`."""
    return f"{page.rstrip('/')}.vcf"


def is_worth_saving(facts: Mapping[str, Any]) -> bool:
    """True where there is a way to reach the contact."""
    return any(facts[name] for name in ("phone", "email", "visiting_address", "postal_address"))


def render(site: Site, one: IndexedRecord) -> bytes:
    """The file, with what its page shows and nothing that is withheld."""
    from icalendar import AdrFields, Component, vAdr, vText  # costs 0.07 s, and most builds change no contact

    class VCard(Component):
        name = "VCARD"

    card = site.card(one)
    facts = card.facts
    made = VCard()

    def add(name: str, text: str, **parameters: str) -> None:
        if text:
            made.add(name, vText(text), parameters=parameters)

    add("version", "4.0")
    add("prodid", f"-//{site.config.name}//Medborgarfokus//SV")
    add("uid", f"urn:uuid:{one.id}")
    add("rev", datetime.fromtimestamp(one.modified, UTC).strftime("%Y%m%dT%H%M%SZ"))
    add("kind", "individual" if facts["person"] else "org")
    add("fn", f"Exempel: {one.title}" if one.example else one.title)
    if facts["municipal"]:
        add("org", site.config.name)
    add("tel", _international(facts["phone"]), type="work")
    add("email", facts["email"], type="work")
    for name in ("visiting_address", "postal_address"):
        if facts[name]:
            made.add("adr", vAdr(AdrFields("", "", facts[name], "", "", "", "")), parameters={"type": "work"})
    add("note", _words(site, card))
    add("lang", one.lang.partition("-")[0])
    made.add("url", site.config.base + one.address)
    made.add("source", site.config.base + address(one.address))
    text: bytes = made.to_ical(sorted=False)
    return text


def _words(site: Site, card: Card) -> str:
    hours = card.facts["phone_hours"]
    questions = ", ".join(card.facts["ask_about"])
    rows = (
        card.summary,
        f"Telefontider: {hours}" if hours else "",
        f"Fråga om: {questions}" if questions else "",
        f"Uppgifternas datum: {card.facts['facts_as_of']}" if card.facts["facts_as_of"] else "",
        "Historisk uppgift i en demonstration." if site.config.demonstration else "",
    )
    return "\n".join(row for row in rows if row)


def _international(number: str) -> str:
    """`+46 8 578 291 00`, which works abroad too; a short number as it is."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, "SE")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _contacts(site: Site) -> Iterator[IndexedRecord]:
    return (one for one in site.of_type("contact") if is_worth_saving(site.card(one).facts))


FORMATS = (
    Format(
        name="vcard",
        things=_contacts,
        address=lambda one: address(one.address),
        key=lambda site, one: f"{site.card(one).digest}{one.modified}",
        render=render,
    ),
)
