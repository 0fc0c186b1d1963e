"""CAP 1.2 (OASIS Common Alerting Protocol): an alert in its words, in feeds and as a file of its own."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from site_builder import alerts
from site_builder.content.fields import STOCKHOLM
from site_builder.parsed import Parsed
from site_builder.site import Site
from site_builder.xml_files import dump

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


def elements(site: Site, alert: Parsed) -> dict[str, str]:
    """The `cap:` elements of an alert's feed entry, as the weather services use them in Atom."""
    facts = alert.facts
    old = _earlier(site, alert)
    return {
        "event": facts["event"],
        "category": _category(alert),
        "status": "Exercise" if facts["kind"] == "övning" else "Actual",
        "msgType": "Cancel" if alerts.ends(site, alert) else "Update" if old else "Alert",
        **_grades(alert),
        "effective": facts["effective"],
        "expires": facts["expires"],
        "headline": alert.title,
        "areaDesc": site.area_text(alert) or site.config.name,
        **({"instruction": facts["instruction"]} if facts["instruction"] else {}),
        **({"references": f"urn:uuid:{old.id}"} if old else {}),
        **({"parameter": facts["sms"]} if facts["sms"] else {}),
    }


def document(site: Site, alert: Parsed) -> bytes:
    """The alert as a CAP 1.2 message, as it stands now: elements in the order of the standard's schema.

    A CAP message never changes: each `stor` change is a message of its own, which updates those before it.
    In a demonstration, and for examples, the status is Test, so that nobody passes it on.
    """
    facts, base = alert.facts, site.config.base
    sent = _sent(site, alert)
    old = _earlier(site, alert)
    references = [*(_references(site, old) if old else ()), *_references(site, alert)[:-1]]
    root = ElementTree.Element("alert", xmlns=NAMESPACE)
    _add(root, "identifier", _identifier(alert, len(sent) - 1))
    _add(root, "sender", _sender(site))
    _add(root, "sent", sent[-1])
    _add(root, "status", _status(site, alert))
    _add(root, "msgType", "Cancel" if alerts.ends(site, alert) else "Update" if references else "Alert")
    _add(root, "scope", "Public")
    _add(root, "references", " ".join(references))
    info = ElementTree.SubElement(root, "info")
    _add(info, "language", "sv-SE")
    _add(info, "category", _category(alert))
    _add(info, "event", facts["event"])
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


def digest(site: Site, alert: Parsed) -> str:
    """Changes whenever the message does."""
    old = _earlier(site, alert)
    earlier = _references(site, old) if old else []
    return f"{site.card(alert).digest}{_references(site, alert)}{earlier}"


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    if text:
        ElementTree.SubElement(parent, name).text = text


def _category(alert: Parsed) -> str:
    word = str(alert.facts["category"])
    return "CBRNE" if word == "cbrne" else word.capitalize()


def _grades(alert: Parsed) -> dict[str, str]:
    return {name: words[alert.facts[name]] for name, words in _WORDS.items()}


def _status(site: Site, alert: Parsed) -> str:
    if site.config.demonstration or alert.example:
        return "Test"
    return "Exercise" if alert.facts["kind"] == "övning" else "Actual"


def _sender(site: Site) -> str:
    return urlsplit(site.config.base).netloc


def _identifier(alert: Parsed, revision: int) -> str:
    return f"{alert.id}.{revision}" if revision else alert.id


def _sent(site: Site, alert: Parsed) -> list[str]:
    """When each of its messages was sent, in local time with its offset, as CAP writes moments."""
    now = site.now.timestamp()
    moments = [event[0] for event in alert.events if event[0] <= now] or [alert.published]
    return [datetime.fromtimestamp(moment, STOCKHOLM).isoformat(timespec="seconds") for moment in moments]


def _references(site: Site, alert: Parsed) -> list[str]:
    """Its messages as others refer to them: `sender,identifier,sent`."""
    return [
        f"{_sender(site)},{_identifier(alert, number)},{moment}"
        for number, moment in enumerate(_sent(site, alert))
    ]


def _earlier(site: Site, alert: Parsed) -> Parsed | None:
    """The alert that this one updates or ends, withdrawn or not: somebody may have it."""
    found = (old for ref, old in site.targets(alert) if ref.attribute in ("updates", "ends"))
    return next((old for old in found if old and old is not alert), None)
