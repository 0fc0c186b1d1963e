"""Somebody asked for these messages: confirmations, links, codes. Each name says what its payload holds.

========================  =======  ==================================================================
template                  channel  payload
========================  =======  ==================================================================
``confirm``               email    ``path``; ``choices``: labels (the site's own words, never the visitor's)
``manage``                email    ``path``
``change_address``        email    ``path``: prove the new address
``address_changed``       email    nothing; goes to the old address
``accessibility_report``  email    ``address``, ``kind``, ``page``, ``text``, ``reply_to``
``code``                  sms      ``code``
``manage``                sms      ``path``
========================  =======  ==================================================================

Paths are put after PUBLIC_URL. ``address`` is needed only where the row has no contact.
"""

from dataclasses import dataclass
from typing import Any

from delivery.channels.email.mime import Skeleton, prepare
from delivery.channels.sms.gsm7 import normalise
from delivery.plain_text import one_line, text
from subscriptions.words.mail import RULES, Site
from subscriptions.words.rendering import render

IGNORE = (
    "Har du inte bett om det här? Då kan du strunta i mejlet. Ingenting händer om du inte trycker på länken."
)
DAY = "Länken gäller i ett dygn. Skicka den inte vidare: den som har länken kan ändra dina bevakningar."


@dataclass(frozen=True, slots=True)
class Words:
    """What one template says; ``site`` is filled in."""

    subject: str
    before: tuple[str, ...] = ()
    button: str = ""
    after: tuple[str, ...] = ()


MAILS = {
    "confirm": Words(
        "Bekräfta din bevakning",
        ("Någon, förmodligen du, vill bevaka information från {site} med den här e-postadressen.",),
        "Bekräfta bevakningen",
        ("Länken gäller i 48 timmar. Sedan glömmer vi adressen.", IGNORE),
    ),
    "manage": Words(
        "Din länk till dina bevakningar",
        ("Här kan du se, ändra, pausa och ta bort det du bevakar hos {site}.",),
        "Se och ändra dina bevakningar",
        (DAY, IGNORE),
    ),
    "change_address": Words(
        "Bekräfta din nya e-postadress",
        ("Någon, förmodligen du, vill få sina bevakningar från {site} till den här adressen.",),
        "Bekräfta adressen",
        ("Länken gäller i 48 timmar.", IGNORE),
    ),
    "address_changed": Words(
        "Dina bevakningar går till en ny adress",
        (
            "Dina bevakningar från {site} går nu till en annan adress, som är bekräftad.",
            "Var det inte du som bytte? Anmäl dig igen med den här adressen och kontakta oss.",
        ),
    ),
    "accessibility_report": Words(
        "Anmälan om tillgänglighet",
        ("Någon har använt formuläret om tillgänglighet.",),
        after=("Anmälan finns också sparad i tjänsten.",),
    ),
}
KINDS = {"fault": "Brist i tillgängligheten", "other_form": "Önskan om annan form"}
TEXTS = {
    "code": "{code} är din kod från {site}. Har du inte bett om den? Strunta då i det här.",
    "manage": "Dina bevakningar hos {site}: {url}\nLänken gäller i ett dygn.",
}


def mail(site: Site, template: str, payload: dict[str, Any]) -> Skeleton:
    """A mail for one person. Raises KeyError on an unknown template or a payload without what it needs."""
    words = MAILS[template]
    subject = one_line(words.subject.format(site=site.name))
    plain, html = render(
        "transactional",
        site=site.name, public_url=site.public_url, subject=subject, title=subject, eyebrow="", why="",
        crisis=False, listed=False, leave="", button=words.button,
        before=[part.format(site=site.name) for part in words.before], after=words.after,
        url=f"{site.public_url}{payload['path']}" if words.button else "",
        listing=[one_line(str(label)) for label in payload.get("choices", ())],
        facts=_report(payload) if template == "accessibility_report" else [],
    )  # fmt: skip
    headers = dict(RULES)
    return prepare(
        sender=(site.name, site.sender),
        subject=subject,
        plain=plain,
        html=html,
        headers=headers,
        listed=False,
    )


def sms(site: Site, template: str, payload: dict[str, Any]) -> str:
    """An SMS for one person. Raises KeyError as ``mail`` does."""
    url = f"{site.public_url}{payload.get('path', '')}"
    return normalise(TEXTS[template].format(site=site.name, code=payload.get("code", ""), url=url))


def _report(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Gäller", KINDS.get(str(payload["kind"]), one_line(str(payload["kind"])))),
        ("Sida", one_line(str(payload.get("page") or "")) or "Inte angiven"),
        ("Text", text(str(payload["text"])) or "Tom"),
        ("Svar till", one_line(str(payload.get("reply_to") or "")) or "Anonym"),
    ]
