"""What somebody has typed into the forms of a report, carried from step to step by the form itself."""

import re
import secrets
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from cases.categories import Category
from cases.model import Kind
from delivery.addresses import AddressError, normalise
from delivery.plain_text import one_line
from delivery.plain_text import text as plain
from foundation.web.forms import field as posted

LONGEST = 5000
VIEWS = (Kind.COMPLAINT, Kind.PROPOSAL, Kind.PRAISE, Kind.QUESTION)
"""What a view may be; a fault is a fault."""


@dataclass
class Typed:
    """The fields by their names in the form."""

    category: Category
    kind: str = ""
    text: str = ""
    place: str = ""
    answers: list[str] = field(default_factory=list)
    page: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    lat: float | None = None
    long: float | None = None
    key: str = ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields of the second step, as the third carries them."""
        found = [
            ("typ", self.category.slug), ("slag", self.kind), ("text", self.text), ("plats", self.place),
            ("sida", self.page), ("nyckel", self.key),
        ]  # fmt: skip
        found += [(f"svar-{number}", answer) for number, answer in enumerate(self.answers)]
        if self.lat is not None and self.long is not None:
            found += [("lat", str(self.lat)), ("long", str(self.long))]
        return found

    @property
    def answered(self) -> tuple[tuple[str, str], ...]:
        """Each question that got an answer, with it."""
        pairs = zip(self.category.questions, self.answers, strict=False)
        return tuple((question, answer) for question, answer in pairs if answer)

    def faults_of_matter(self) -> dict[str, str]:
        """What is missing in the second step, by the field's id."""
        errors = {}
        if not self.category.is_fault and self.kind not in VIEWS:
            errors[f"slag-{VIEWS[0]}"] = "Välj vad du vill"
        if self.category.place == "krävs" and not self.place and self.lat is None:
            errors["plats"] = "Skriv var det är, så nära du kan"
        if not self.text:
            errors["text"] = "Skriv vad det gäller"
        return errors

    def faults_of_contact(self) -> dict[str, str]:
        """What is wrong in the third; the mail address gets the one spelling that is stored."""
        if not self.email:
            return {}
        try:
            self.email = normalise("email", self.email, ())
        except AddressError as error:
            return {"epost": str(error)}
        return {}


def new(category: Category, page: str = "", text: str = "") -> Typed:
    """An empty form; its key makes it one case however often it is sent."""
    kind = Kind.FAULT if category.is_fault else ""
    return Typed(category, kind, page=one_line(page)[:2000], text=text[:LONGEST], key=secrets.token_hex(16))


def read(form: FormData, category: Category) -> Typed:
    """What was posted, bounded and without signs that do not show."""
    kind = Kind.FAULT if category.is_fault else posted(form, "slag", 20)
    lat, long = _degrees(posted(form, "lat", 30), 90), _degrees(posted(form, "long", 30), 180)
    key = posted(form, "nyckel", 64)
    return Typed(
        category=category, kind=kind if kind in set(Kind) else "",
        text=plain(posted(form, "text", LONGEST)), place=one_line(posted(form, "plats", 300)),
        answers=[one_line(posted(form, f"svar-{n}", 300)) for n in range(len(category.questions))],
        page=one_line(posted(form, "sida")), name=one_line(posted(form, "namn", 200)),
        email=posted(form, "epost", 400), phone=one_line(posted(form, "telefon", 40)),
        lat=lat if long is not None else None, long=long if lat is not None else None,
        key=key if re.fullmatch(r"[0-9a-f-]{8,64}", key) else secrets.token_hex(16),
    )  # fmt: skip


def _degrees(text: str, most: float) -> float | None:
    """Degrees to five decimals, which is a metre; None for anything else."""
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,15})?", text):
        return None
    value = round(float(text), 5)
    return value if abs(value) <= most else None
