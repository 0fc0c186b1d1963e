"""CAP (OASIS Common Alerting Protocol 1.0–1.2) in feed entries, in every way that relays write it.

As elements of their own in the entry, as a whole ``alert`` among them or in ``content``, as an ``alert``
written as text; with any prefix or none; ``msgType``, ``message_type`` or ``messageType``; values as text or
as attributes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree

from subscriptions.feeds.dates import moment
from subscriptions.feeds.plain_text import one_line
from subscriptions.feeds.xml_source import mended
from subscriptions.model import Alert

NAMESPACE = re.compile(r"(?:^|[/:#.])cap(?:$|[/:#]|v?\d)", re.IGNORECASE)
"""``urn:oasis:names:tc:emergency:cap:1.2`` and its older and misspelt relatives."""
OASIS = "urn:oasis:names:tc:emergency:cap:1.2"
OUR_SMS = "sms"
"""The name of the parameter that holds the text of the site's SMS."""
CAP_FILE = re.compile(r"application/(?:cap|common-alerting-protocol)\+xml\b", re.IGNORECASE)
SYNONYMS = {"messagetype": "msgtype"}
IN_TEXT = re.compile(r"<((?:[\w.-]+:)?alert)\b[^<>]*>", re.IGNORECASE)
CAP_ADDRESS = re.compile(r"[^?#]*(?:\.cap|[./-]cap\.xml)(?:[?#].*)?", re.IGNORECASE)
"""How the address of a CAP file ends where nothing tells its type."""
WORDS = frozenset(
    (
        "identifier", "sender", "sent", "status", "msgtype", "scope", "references", "info", "language",
        "event", "responsetype", "urgency", "severity", "certainty", "effective", "onset", "expires",
        "headline", "instruction", "area", "areadesc",
    )
)  # fmt: skip
"""What is CAP beside a ``msgType``, whatever its namespace; not what RSS has too."""
TELLING = frozenset(("identifier", "msgtype", "status", "info", "sender", "sent"))
"""Children or attributes by which an ``alert`` without a namespace is known."""

TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
SCOPES = ("Public", "Restricted", "Private")
LANGUAGES = ("sv", "en")
LONG_LANGUAGES = {"swe": "sv", "eng": "en"}
"""The languages to choose from several ``info``, the best first."""
MAX_WORD, MAX_ID, MAX_SMS = 4_000, 500, 500


@dataclass(frozen=True, slots=True)
class Warned:
    """What an entry's CAP says: the alert, and texts for an entry that has none of its own."""

    alert: Alert | None
    description: str = ""
    sms: str = ""


def take(entry: ElementTree.Element) -> Warned | None:
    """Take all CAP out of a feed entry, so that none of it is read as the feed's own words.

    An entry that only points to a CAP file is an alert of which nothing is known.
    """
    found = [*_elements(entry), *_texts(entry)]
    if found:
        return _warned([_spelt_out(element) for element in found])
    return Warned(Alert()) if any(map(_is_link, entry)) else None


def holds(root: ElementTree.Element) -> bool:
    """Whether anything in the document may be CAP."""
    return any(
        _is_cap(element)
        or _is_link(element)
        or _name(element.tag) == "msgtype"
        or any(map(_is_cap_name, element.keys()))
        or IN_TEXT.search(unescape(element.text or ""))
        for element in root.iter()
    )


def _is_link(element: ElementTree.Element) -> bool:
    """An Atom link, an RSS enclosure or a content that is a CAP message, or leads to one."""
    if CAP_FILE.match(element.get("type", "").strip()):
        return True
    if _name(element.tag) not in ("link", "enclosure"):
        return False
    addresses = (element.get("href", ""), element.get("url", ""), element.text or "")
    return any(CAP_ADDRESS.fullmatch(address.strip()) for address in addresses)


def _name(tag: str) -> str:
    """The local name, whatever its case and the underscores in it."""
    name = re.sub(r"[_\-.]", "", tag.rpartition("}")[2]).lower()
    return SYNONYMS.get(name, name)


def _is_cap_name(tag: str) -> bool:
    return bool(NAMESPACE.search(tag[1:].rpartition("}")[0]))


def _is_cap(element: ElementTree.Element) -> bool:
    if _is_cap_name(element.tag):
        return True
    names = (*element.keys(), *(child.tag for child in element))
    return _name(element.tag) == "alert" and any(_name(name) in TELLING for name in names)


def _elements(entry: ElementTree.Element) -> list[ElementTree.Element]:
    """The outermost CAP elements, taken out of the entry, and CAP's attributes on others, as elements."""
    found, waiting = [], [entry]
    while waiting:
        parent = waiting.pop()
        found += [_element(name, value) for name, value in parent.items() if _is_cap_name(name)]
        spaces = {child.tag.rpartition("}")[0] for child in parent if _name(child.tag) == "msgtype"}
        for child in list(parent):
            beside = child.tag.rpartition("}")[0] in spaces and _name(child.tag) in WORDS
            if beside or _is_cap(child):
                found.append(child)
                parent.remove(child)
            else:
                waiting.append(child)
    return found


def _element(name: str, text: str) -> ElementTree.Element:
    made = ElementTree.Element(name)
    made.text = text
    return made


def _spelt_out(element: ElementTree.Element) -> ElementTree.Element:
    """The element with CAP's attributes as its children, and a ``value`` as the text that it lacks."""
    if len(element) == 0 and not (element.text or "").strip():
        element.text = element.get("value", element.text)
    for child in list(element):
        _spelt_out(child)
    element.extend(_element(name, value) for name, value in element.items() if _name(name) in WORDS)
    return element


def _texts(entry: ElementTree.Element) -> list[ElementTree.Element]:
    """Alerts that are written as text, escaped or in CDATA; one that cannot be read is an empty one."""
    found = []
    for element in entry.iter():
        text = element.text or ""
        if IN_TEXT.search(text) is None:
            text = unescape(text)  # escaped twice
        if (start := IN_TEXT.search(text)) is None:
            continue
        end = text.find(">", text.rfind(f"</{start[1]}")) + 1
        alert = _parsed(text[start.start() : end], start[1])
        if alert is not None and _is_cap(alert):
            found.append(alert)
            element.text = text[: start.start()].partition("<?xml")[0] + text[end:]
        elif NAMESPACE.search(start[0]) or "emergency:cap" in start[0].lower():
            found.append(ElementTree.Element(f"{{{OASIS}}}alert"))
            element.text = ""
    return found


def _parsed(text: str, name: str) -> ElementTree.Element | None:
    prefix = name.rpartition(":")[0]
    if prefix and f"xmlns:{prefix}" not in text:
        text = text.replace(f"<{name}", f'<{name} xmlns:{prefix}="{OASIS}"', 1)
    try:
        return ElementTree.fromstring(mended(text))  # noqa: S314 (it begins after any DTD)
    except ElementTree.ParseError:
        return None


def _warned(found: list[ElementTree.Element]) -> Warned | None:
    """What the elements say together; None where they say nothing."""
    top = [child for element in found for child in (element if _name(element.tag) == "alert" else [element])]
    infos = _readers([element for element in top if _name(element.tag) == "info"])
    flat = [element for element in top if _name(element.tag) != "info"]
    both = [*(infos[0] if infos else ()), *flat]
    word = _words(both)
    alert = Alert(
        identifier=_first(flat, "identifier")[:MAX_ID],
        severity=word.get("severity", "").capitalize(),
        urgency=word.get("urgency", ""),
        certainty=word.get("certainty", ""),
        message_type=_known(flat, "msgtype", TYPES),
        status=_known(flat, "status", STATUSES),
        scope=_known(flat, "scope", SCOPES),
        event=word.get("event", ""),
        headline=word.get("headline", ""),
        area=one_line(
            ", ".join(dict.fromkeys(_areas([*flat, *(child for info in infos for child in info)]))), MAX_WORD
        ),
        instruction=word.get("instruction", ""),
        effective=moment(word.get("effective", "")) or moment(word.get("onset", "")),
        expires=moment(word.get("expires", "")),
        all_clear=_is_all_clear(infos or [flat]),
        references=tuple(name for part in _first(flat, "references").split() for name in _identifiers(part)),
    )
    # The site gives other news the text of their SMS so, and nothing else.
    is_alert = any(_name(element.tag) != "parameter" for element in found)
    return Warned(alert if is_alert else None, word.get("description", ""), _sms(both))


def _readers(infos: list[ElementTree.Element]) -> list[ElementTree.Element]:
    """Those of the ``info`` that are in the reader's language; without one it is English (CAP 1.2, 3.2.2)."""

    tags = [re.split(r"[-_]", (_first(info, "language") or "en").lower())[0] for info in infos]
    spoken = [LONG_LANGUAGES.get(tag, tag) for tag in tags]
    best = next((language for language in LANGUAGES if language in spoken), next(iter(spoken), ""))
    return [info for info, language in zip(infos, spoken, strict=True) if language == best]


def _is_all_clear(infos: Sequence[Iterable[ElementTree.Element]]) -> bool:
    """Whether every ``info`` says so: where one danger is over and another is not, nothing is over."""
    said = [_all(info, "responsetype") for info in infos]
    return all(any(re.sub(r"[\s_-]", "", word).lower() == "allclear" for word in words) for words in said)


def _areas(elements: Iterable[ElementTree.Element]) -> list[str]:
    """The areas' names, which stand in an ``area`` each or by themselves."""
    flat = [part for element in elements for part in (element if _name(element.tag) == "area" else [element])]
    return _all(flat, "areadesc")


def _all(elements: Iterable[ElementTree.Element], name: str) -> list[str]:
    """What each element of that name says."""
    said = (
        one_line("".join(element.itertext()), MAX_WORD) for element in elements if _name(element.tag) == name
    )
    return [text for text in said if text]


def _first(elements: Iterable[ElementTree.Element], name: str) -> str:
    return next(iter(_all(elements, name)), "")


def _words(elements: Iterable[ElementTree.Element]) -> dict[str, str]:
    """The first saying of each name."""
    words: dict[str, str] = {}
    for element in elements:
        name = _name(element.tag)
        if name not in words and len(element) == 0 and (text := one_line(element.text or "", MAX_WORD)):
            words[name] = text
    return words


def _known(elements: list[ElementTree.Element], name: str, known: tuple[str, ...]) -> str:
    """The value as the standard writes it; what is no value of it, or two of them, as it stands."""
    canonical = {word.casefold(): word for word in known}
    values = dict.fromkeys(canonical.get(word.casefold(), word) for word in _all(elements, name))
    return " ".join(values)[:100]


def _sms(elements: list[ElementTree.Element]) -> str:
    """The site's own text for the SMS: a named parameter, or in the version before an unnamed one."""
    for parameter in elements:
        if _name(parameter.tag) != "parameter":
            continue
        if len(parameter) == 0:
            return one_line(parameter.text or "", MAX_SMS)
        names, values = _all(parameter, "valuename"), _all(parameter, "value")
        if names == [OUR_SMS] and values:
            return one_line(values[0], MAX_SMS)
    return ""


def _identifiers(reference: str) -> tuple[str, ...]:
    """CAP writes a reference as ``sender,identifier,sent``; the site's identifiers are its records' UUIDs."""
    parts = reference.split(",")
    name = parts[1] if len(parts) == 3 else reference
    own = re.match(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=$|\.\d+$)", name)
    return (name, f"urn:uuid:{own[0]}") if own else (name,)
