"""What people typed into the sign-up form, checked; every fault is a sentence beside its field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData, QueryParams

from delivery.addresses import AddressError
from delivery.channels import kinds
from foundation.web.trailing_signs import without_signs_after
from subscriptions.matching.topics import CRISIS, EVERYTHING, Term, Topics, read_target, write_target
from subscriptions.model import Frequency, Target, TargetKind

QUERY = {
    "amne": TargetKind.TOPIC,
    "organ": TargetKind.BODY,
    "omrade": TargetKind.AREA,
    "typ": TargetKind.TYPE,
    "sida": TargetKind.PAGE,
}
"""How links of the site fill in the form: ``?amne=<slug>&sida=<id>&kris=1``."""

FREQUENCIES = {
    Frequency.IMMEDIATE: "Direkt",
    Frequency.DAILY: "En gång om dagen",
    Frequency.WEEKLY: "En gång i veckan",
}
NOTHING_CHOSEN = "Välj minst en sak att bevaka"
NO_ADDRESS = "Fyll i din e-postadress eller ditt mobilnummer"
NO_FREQUENCY = "Välj hur ofta du vill få besked"


@dataclass(frozen=True)
class Group:
    """One group of checkboxes; open where something in it is chosen."""

    name: str
    title: str
    terms: tuple[Term, ...]


@dataclass
class Signup:
    """The form's values as typed, so that they can be shown again."""

    targets: list[Target] = field(default_factory=list)
    frequency: str = Frequency.IMMEDIATE.value
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed as an address, by the channel whose field it is."""

    beside: list[Target] = field(default_factory=list)
    """What a page is about, offered unticked beside it: whoever follows a page has not asked for more."""

    def check(
        self, names: Iterable[Target], prefixes: Iterable[str], channels: Iterable[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The normalised addresses, and the faults by the id of their field."""
        errors, addresses = {}, {}
        if not set(self.targets) & set(names):
            errors[_id(CRISIS)] = NOTHING_CHOSEN
        if self.frequency not in Frequency.__members__.values():
            errors["hur-immediate"] = NO_FREQUENCY
        for kind in kinds.known():
            written = self.typed.get(kind.name, "") if kind.name in channels else ""
            try:
                if written:
                    addresses[kind.name] = kind.addresses.normalise(written, prefixes)
            except AddressError as error:
                errors[kind.words.field] = str(error)
        fields = {kind.words.field for kind in kinds.known()}
        if not addresses and not fields & set(errors):
            errors["epost"] = NO_ADDRESS
        return addresses, errors


def _id(target: Target) -> str:
    return f"val-{write_target(target)}"


def read_targets(form: FormData, name: str = "val") -> list[Target]:
    """The ticked boxes, each once; ``forslag``: what the form suggested, ticked or not."""
    typed = [read_target(str(value)) for value in form.getlist(name)]
    return list(dict.fromkeys(target for target in typed if target is not None))


def from_query(query: QueryParams) -> Signup:
    """The form as a link fills it in; what is not shaped like a target is left out."""
    found = [
        read_target(f"{kind.value}:{without_signs_after(value)}")
        for name, kind in QUERY.items()
        for value in query.getlist(name)
    ]
    if "kris" in query:
        found.append(CRISIS)
    if "allt" in query:
        found.append(EVERYTHING)
    wanted = list(dict.fromkeys(target for target in found if target is not None))
    if not any(target.kind is TargetKind.PAGE for target in wanted):
        return Signup(targets=wanted)
    chosen = [target for target in wanted if target.kind is TargetKind.PAGE or target in (CRISIS, EVERYTHING)]
    return Signup(targets=chosen, beside=[target for target in wanted if target not in chosen])


def groups(offered: Topics, without: Iterable[Target]) -> list[Group]:
    """The groups to choose from, but for what is shown above them already."""
    shown = set(without)
    every = [
        Group("amnen", "Ämnen", offered.topics),
        Group("organ", "Nämnder och andra organ", offered.bodies),
        Group("omraden", "Områden", offered.areas),
        Group("typer", "Typ av information", offered.types),
    ]
    left = [
        Group(group.name, group.title, tuple(term for term in group.terms if term.target not in shown))
        for group in every
    ]
    return [group for group in left if group.terms]
