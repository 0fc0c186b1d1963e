"""What each mail says. It names the case and links to it; what people wrote is read behind the link alone."""

import textwrap
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from delivery.channels.email.mime import Skeleton, prepare
from delivery.plain_text import one_line

RULES = {
    "Auto-Submitted": "auto-generated",  # RFC 3834
    "X-Auto-Response-Suppress": "All",  # the same for Exchange
}
WIDTH = 72


@dataclass(frozen=True, slots=True)
class Site:
    """Who writes: name and address of the site, and the address that mails come from."""

    name: str
    public_url: str
    sender: str


@dataclass(frozen=True, slots=True)
class Words:
    """What one mail says; ``{number}``, ``{what}``, ``{due}`` and ``{body}`` are filled in."""

    subject: str
    text: tuple[str, ...]
    button: str = "Läs ärendet"
    after: tuple[str, ...] = (
        "Länken är bara din: den som har den kan läsa ärendet och skriva i det. Skicka den inte vidare.",
        "Har du inte skrivit till oss? Då har någon uppgett din adress. Säg till genom länken.",
    )


MAILS = {
    "received": Words(
        "Vi har tagit emot ditt ärende {number}",
        ("Tack. Ärendet heter {number} och gäller {what}.", "Du får svar senast {due}."),
    ),
    "answered": Words("Svar i ärende {number}", ("Du har fått ett svar i ditt ärende om {what}.",)),
    "asked": Words(
        "En fråga om ditt ärende {number}",
        ("Vi behöver veta mer för att komma vidare med ditt ärende om {what}.",),
        "Läs frågan och svara",
    ),
    "closed": Words(
        "Ärende {number} är avslutat",
        (
            "Ditt ärende om {what} är avslutat. Vad som är gjort står i ärendet.",
            "Är det inte åtgärdat? Säg till där inom 30 dagar, så öppnas det igen.",
        ),
        "Läs vad som är gjort",
    ),
    "reopened": Words(
        "Ärende {number} är öppnat igen",
        ("Tack för att du sa till. Du får besked senast {due}.",),
    ),
    "handed_over": Words(
        "Ärende {number} har fått en ny handläggare",
        ("Ditt ärende om {what} har lämnats till {body}. Löftet om svar gäller fortfarande.",),
    ),
    "follow": Words(
        "Vill du följa ett känt fel?",
        ("Någon, förmodligen du, vill veta när {what} är åtgärdat.",),
        "Följ felet",
        ("Länken gäller i 48 timmar. Har du inte bett om det här kan du strunta i mejlet.",),
    ),
    "mended": Words(
        "Ett fel som du följer är avslutat: {what}",
        ("Felet som du följer är avslutat. I listan står hur det gick. Nu glömmer vi din adress.",),
        "Läs listan",
        (),
    ),
    "reminded": Words(
        "Påminnelse: ärende {number} ska ha svar senast {due}",
        ("Ärendet gäller {what}. Ingen har svarat än.",),
        "Öppna ärendet",
        (),
    ),
    "escalated": Words(
        "Försenat: ärende {number} skulle ha haft svar {due}",
        ("Ärendet gäller {what}. Löftet till den som skrev är inte hållet.",),
        "Öppna ärendet",
        (),
    ),
    "merged": Words(
        "Ärende {number} hör ihop med ett annat",
        ("Någon har redan anmält samma sak. Vi fortsätter i det ärendet.",),
    ),
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cases.messages"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    )  # fmt: skip
    environment.filters["wrap"] = lambda text: textwrap.fill(
        text, WIDTH, break_long_words=False, break_on_hyphens=False
    )
    return environment


def mail(site: Site, template: str, path: str, values: dict[str, str]) -> Skeleton:
    """A mail about a case. Raises KeyError on an unknown template."""
    words = MAILS[template]
    clean = {name: one_line(value) for name, value in values.items()}
    subject = one_line(words.subject.format(**clean))
    shown = {
        "site": site.name, "public_url": site.public_url, "subject": subject, "button": words.button,
        "url": site.public_url + path, "text": [part.format(**clean) for part in words.text],
        "after": words.after,
    }  # fmt: skip
    environment = _environment()
    return prepare(
        sender=(site.name, site.sender), subject=subject,
        plain=environment.get_template("case.txt.j2").render(shown) + "\n",
        html=environment.get_template("case.html.j2").render(shown), headers=dict(RULES), listed=False,
    )  # fmt: skip
