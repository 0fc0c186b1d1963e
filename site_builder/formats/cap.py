"""CAP 1.2 (OASIS Common Alerting Protocol): an alert in its words, in feeds and as a file of its own."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from site_builder.content.fields import STOCKHOLM
from site_builder.formats.registry import Format, of_type
from site_builder.formats.xml_files import dump
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site import alert_chain
from site_builder.site.lifetime import is_gone
from site_builder.site.site import Site

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

_WORDS = {
    "urgency": {
        "omedelbar": "Immediate",
        "väntad": "Expected",
        "framtida": "Future",
        "förbi": "Past",
        "okänd": "Unknown",
    },
    "severity": {
        "extrem": "Extreme",
        "allvarlig": "Severe",
        "måttlig": "Moderate",
        "mindre": "Minor",
        "okänd": "Unknown",
    },
    "certainty": {
        "observerad": "Observed",
        "trolig": "Likely",
        "möjlig": "Possible",
        "osannolik": "Unlikely",
        "okänd": "Unknown",
    },
}


def address(page: str) -> str:
    """`/driftinfo/<slug>.cap.xml`, beside the alert's `page`."""
    return f"{page.rstrip('/')}.cap.xml"


def elements(site: Site, alert: IndexedRecord) -> dict[str, str]:
    """The `cap:` elements of an alert's feed entry, as the weather services use them in Atom.

    Identifier, sender, sent and references are those of the file (CAP 1.2, 3.2.1), which joins the two.
    """
    facts = alert.facts
    *references, this = _messages(site, alert)
    sender, identifier, sent = this.split(",")
    return {
        "identifier": identifier,
        "sender": sender,
        "sent": sent,
        "event": facts["event"],
        "category": _category(alert),
        "status": _status(alert, test=alert.example and not site.config.demonstration),
        "msgType": _kind(site, alert, references),
        **_grades(alert),
        "effective": facts["effective"],
        "expires": facts["expires"],
        "headline": alert.title,
        "areaDesc": site.area_text(alert) or site.config.name,
        **({"instruction": facts["instruction"]} if facts["instruction"] else {}),
        **({"references": " ".join(references)} if references else {}),
        **({"parameter": facts["sms"]} if facts["sms"] else {}),
    }


def document(site: Site, alert: IndexedRecord) -> bytes:
    """The alert as a CAP 1.2 message, as it stands now: elements in the order of the standard's schema.

    Each `stor` change is a message of its own, which updates those before it.
    In a demonstration, and for examples, the status is Test, so that nobody passes it on.
    """
    facts, base = alert.facts, site.config.base
    *references, this = _messages(site, alert)
    sender, identifier, sent = this.split(",")
    root = ElementTree.Element("alert", xmlns=NAMESPACE)
    _add(root, "identifier", identifier)
    _add(root, "sender", sender)
    _add(root, "sent", sent)
    _add(root, "status", _status(alert, test=alert.example or site.config.demonstration))
    _add(root, "msgType", _kind(site, alert, references))
    _add(root, "scope", "Public")
    _add(root, "references", " ".join(references))
    info = ElementTree.SubElement(root, "info")
    _add(info, "language", "sv-SE")
    _add(info, "category", _category(alert))
    _add(info, "event", facts["event"])
    _add(info, "responseType", "AllClear" if alert_chain.ends(site, alert) else "")
    for name, value in _grades(alert).items():
        _add(info, name, value)
    _add(info, "effective", facts["effective"])
    _add(info, "expires", facts["expires"])
    _add(info, "senderName", site.config.name)
    _add(info, "headline", alert.title)
    _add(info, "description", alert.summary)
    _add(info, "instruction", facts["instruction"])
    _add(info, "web", base + alert.address)
    _add(info, "contact", site.config.switchboard)
    area = ElementTree.SubElement(info, "area")
    _add(area, "areaDesc", site.area_text(alert) or site.config.name)
    return dump(root)


def digest(site: Site, alert: IndexedRecord) -> str:
    """Changes whenever the message does, or the alert's feed entry."""
    return f"{site.card(alert).digest}{alert_chain.ends(site, alert)}{_messages(site, alert)}"


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    if text:
        ElementTree.SubElement(parent, name).text = text


def _category(alert: IndexedRecord) -> str:
    word = str(alert.facts["category"])
    return "CBRNE" if word == "cbrne" else word.capitalize()


def _grades(alert: IndexedRecord) -> dict[str, str]:
    return {name: words[alert.facts[name]] for name, words in _WORDS.items()}


def _status(alert: IndexedRecord, *, test: bool) -> str:
    return "Test" if test else "Exercise" if alert.facts["kind"] == "övning" else "Actual"


def _kind(site: Site, alert: IndexedRecord, earlier: Sequence[object]) -> str:
    return "Cancel" if alert_chain.ends(site, alert) else "Update" if earlier else "Alert"


def _messages(site: Site, alert: IndexedRecord) -> list[str]:
    """This message, last, after all that it follows upon, as CAP refers to them: `sender,identifier,sent`."""
    found: list[str] = []
    for one in (*reversed(_earlier(site, alert)), alert):
        first, *later = _moments(site, one)
        found.append(_reference(site, one.id, first))
        found += [_reference(site, f"{one.id}.{moment:.0f}", moment) for moment in later]
    return found


def _reference(site: Site, identifier: str, moment: float) -> str:
    """A change's identifier has its moment, not its number: that stays when editors add or remove another."""
    sent = datetime.fromtimestamp(moment, STOCKHOLM).isoformat(timespec="seconds")
    return f"{urlsplit(site.config.base).netloc},{identifier},{sent}"


def _moments(site: Site, alert: IndexedRecord) -> list[float]:
    """Publication and every `stor` change until now."""
    now = site.now.timestamp()
    return [moment for moment, _ in alert.events if moment <= now] or [alert.published]


def _earlier(site: Site, alert: IndexedRecord) -> list[IndexedRecord]:
    """Those it updates or ends, the nearest first: withdrawn too, as somebody may have them, no drafts."""
    now = site.now.timestamp()
    return [old for old in alert_chain.earlier(site, alert) if site.is_public(old) or is_gone(old, now)]


FORMATS = (
    Format(
        name="cap",
        things=of_type("alert"),
        address=lambda one: address(one.address),
        key=digest,
        render=document,
    ),
)
