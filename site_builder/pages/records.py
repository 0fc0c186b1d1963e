"""The page of one record, whatever its type, and the pages that take its place when it has gone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from site_builder.content import BY_NAME
from site_builder.content.fields import STOCKHOLM
from site_builder.formats import calendars, feed_names
from site_builder.formats.feed_names import Feed
from site_builder.pages.page import Page
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site import sms_messages
from site_builder.site.alert_chain import ending
from site_builder.site.site import Card, Site

SHORT = 10
"""So many of a long relation are shown on a record's page; the rest is on a list."""

RELATED = 5

APPEALABLE = timedelta(days=60)
"""A decision without a known notice is too old to appeal: 14 days to approve it, 2 to announce, 3 weeks."""

CHANGE_SHOWN = timedelta(days=31)
"""So long a page tells under its lead what was changed."""

SECTIONS = {
    "service": "/tjanster/",
    "eservice": "/e-tjanster/",
    "question": "/fragor/",
    "contact": "/kontakter/",
    "place": "/platser/",
    "body": "/organ/",
    "responsibility": "/ansvar/",
    "decision": "/beslut/",
    "meeting": "/moten/",
    "notice": "/anslagstavla/",
    "audit": "/granskningar/",
    "news": "/nyheter/",
    "alert": "/driftinfo/",
    "safety": "/trygghet/",
    "page": "",
}
"""By type: the list that its records belong to."""


MENU_SECTION = {"/kontakter/": "/kontakta-oss/"}
"""By list: the page that stands for it in the menu, where that is another."""

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
"""What a way into a service is called that is a page of the site's own."""


def record_page(site: Site, one: IndexedRecord) -> Page:
    """A record's own page with all its relations."""
    info = BY_NAME[one.type].info
    above = SECTIONS[one.type]
    title = info.swedish_plural[0].upper() + info.swedish_plural[1:]
    return Page(
        one.address,
        one.title,
        one.summary,
        "record.html",
        page_context(site, one),
        lang="sv" if one.lang == "sv-lattlast" else one.lang,
        feeds=_feeds(site, one),
        breadcrumbs=((above, title),) if above else (),
        subscribe=_subscribe(site, one),
        alternates=alternates(site, one),
        source=one,
        calendar=_calendar(site, one),
        section=MENU_SECTION.get(above, above),
    )


def page_context(site: Site, one: IndexedRecord) -> dict[str, Any]:
    """Everything that a record's page shows beyond the record itself."""
    model = BY_NAME[one.type]
    info = model.info
    owner = site.to(one, "owner")
    topics, areas = site.topics, site.areas
    found: dict[str, Any] = {
        "self_card": site.card(one),
        "owner": owner[0] if owner else None,
        "helper": _helper(site, one),
        "topics": [topics[slug] for slug in one.topics if slug in topics],
        "areas": [areas[slug] for slug in one.areas if slug in areas],
        "latest_change": _latest_change(site, one),
        "overdue_review": one.review_by < site.today.isoformat(),
    }
    for name, attribute in info.one.items():
        cards = site.to(one, attribute)
        found[name] = cards[0] if cards else None
    for name, attribute in info.many.items():
        found[name] = site.to(one, attribute)
    for name, (kind, attribute) in info.back.items():
        found[name] = site.cards(site.back(one, kind, attribute))
    found |= model.flags(one.facts, site.now)
    more = _MORE.get(one.type)
    return found | (more(site, one) if more else {})


def _latest_change(site: Site, one: IndexedRecord) -> tuple[str, str]:
    """When and what was changed, for who comes from the message that told so; empty after a month."""
    moment, note = one.news(site.now.timestamp())
    when = datetime.fromtimestamp(moment, STOCKHOLM)
    return (when.isoformat(), note) if note and site.today - when.date() <= CHANGE_SHOWN else ("", "")


def _helper(site: Site, one: IndexedRecord) -> Card | None:
    """Whom to turn to: the contact that owns the page, or that of the body that does."""
    for reference, owner in site.targets(one):
        if reference.attribute == "owner":
            if owner and owner.type == "body":
                return next(iter(site.to(owner, "contact")), None)
            return site.card(owner) if owner and site.is_public(owner) else None
    return None


def _service(site: Site, one: IndexedRecord) -> dict[str, Any]:
    targets = {}
    for reference, other in site.targets(one):
        if reference.attribute == "channels" and other and site.is_public(other):
            targets[reference.value] = site.card(other)
    return {
        "targets": targets,
        "lists": LISTS,
        "urgent": next((card for card in _eservices_of(site, one) if card.facts["urgent_phone"]), None),
        "related": site.to(one, "related") or _same_topic(site, one, "service"),
        "questions": _same_topic(site, one, "question"),
    }


def _eservices_of(site: Site, one: IndexedRecord) -> list[Card]:
    """The e-services that a service leads to, and those that say they belong to it."""
    return [
        *(card for card in site.to(one, "channels") if card.type == "eservice"),
        *site.cards(site.back(one, "eservice", "services")),
    ]


def _decision(site: Site, one: IndexedRecord) -> dict[str, Any]:
    days = [other.facts["appeal_by"] for other in site.back(one, "notice", "decisions")]
    last = max(days, default="")
    today = site.today.isoformat()
    old = (site.today - APPEALABLE).isoformat()
    return {
        "appeal_by": last,
        "appeal_over": last < today if last else one.facts["date"] < old,
        "same_matter": [card for card in site.matters.get(one.facts["reference"], []) if card.id != one.id][
            :SHORT
        ],
    }


def _alert(site: Site, one: IndexedRecord) -> dict[str, Any]:
    """What is newer is told at once; what ends it, only when it does."""
    end = ending(site, one)
    sms = (sms_messages.message(site, one), sms_messages.told(site, one)) if site.preview else ()
    return {"ending": site.card(end) if end else None, "sms": sms}


def _body(site: Site, one: IndexedRecord) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in (("meetings", "meeting"), ("decisions", "decision"), ("notices", "notice")):
        records = site.back(one, kind, "body")
        found[name] = site.cards(records[:SHORT])
        found[f"{name}_count"] = len(records)
    return found


def _question(site: Site, one: IndexedRecord) -> dict[str, Any]:
    related = site.to(one, "related")
    opens = [card for card in related if card.type == "eservice" and card.facts["target"]]
    others = [card for card in related if card.type in ("service", "safety", "page")]
    return {"way": next(iter([*opens, *others]), None), "urgent": _urgent(site, one)}


def _urgent(site: Site, one: IndexedRecord) -> Card | None:
    """The e-service with a number for what is urgent that a question leads to, straight or by its service."""
    for reference, other in site.targets(one):
        if reference.attribute == "related" and other:
            near = [other, *site.back(other, "eservice", "services")]
            for card in site.cards(each for each in near if each.type == "eservice" and site.is_public(each)):
                if card.facts["urgent_phone"]:
                    return card
    return None


def _safety(site: Site, one: IndexedRecord) -> dict[str, Any]:
    return {"related": _same_topic(site, one, "safety"), "questions": _same_topic(site, one, "question")}


_MORE = {
    "service": _service,
    "decision": _decision,
    "alert": _alert,
    "body": _body,
    "question": _question,
    "safety": _safety,
}


def _same_topic(site: Site, one: IndexedRecord, kind: str) -> list[Card]:
    """A few of the first topic's records of a type, without this one and without other languages."""
    if not one.topics:
        return []
    near = (
        other
        for other in site.topic_type(one.topics[0], kind)
        if other.id != one.id and other.lang == one.lang
    )
    return site.cards(islice(near, RELATED))


def _feeds(site: Site, one: IndexedRecord) -> tuple[Feed, ...]:
    found = [feed_names.topic(site, slug) for slug in one.topics if slug in site.topics]
    body = site.body(one)
    if body:
        found.append(feed_names.body(body))
    if one.type == "notice":
        found.append(feed_names.BOARD)
    if one.type == "alert":
        found.append(feed_names.CRISIS)
    found += [feed_names.TYPE[one.type], feed_names.ALL]
    return tuple(found) if one.lang != "en" else tuple(feed_names.in_english(site, feed) for feed in found)


def _calendar(site: Site, one: IndexedRecord) -> str:
    """That of a body which meets, on its own page and on those of its meetings."""
    body = site.body(one) if one.type in ("body", "meeting") else None
    return calendars.address(body.slug) if body and site.back(body, "meeting", "body") else ""


def _subscribe(site: Site, one: IndexedRecord) -> str:
    choices = [("sida", one.id)]
    choices += [("amne", slug) for slug in one.topics if slug in site.topics]
    body = site.body(one)
    if body:
        choices.append(("organ", body.slug))
    return "&".join(f"{name}={slug}" for name, slug in choices)  # slugs and ids need no escaping


def alternates(site: Site, one: IndexedRecord) -> tuple[tuple[str, str, str], ...]:
    """The same page in other languages, itself left out."""
    original = site.find(one.translation_of, (one.type,)) if one.translation_of else one
    family = site.translations.get(original.id, []) if original else []
    return tuple((other.lang, other.address, other.title) for other in family if other.id != one.id)


def gone_pages(site: Site) -> Iterator[Page]:
    """For each withdrawn record a page that says so and where to turn (the web server answers 410)."""
    for one in site.gone:
        owner = site.to(one, "owner")
        context = {
            "owner": owner[0] if owner else None,
            "topics": [site.topics[t] for t in one.topics if t in site.topics],
        }
        title = "Borttaget anslag" if one.id in site.withdrawn else f"Borttagen: {one.title}"
        yield Page(one.address, title, "Sidan är borttagen.", "gone.html", context, indexed=False)


def redirect_pages(site: Site) -> Iterator[Page]:
    """For each old address a page that leads to the new one, for servers that read no map."""
    for one in site.public:
        for old in dict.fromkeys(one.replaces):
            context = {"target": one.address}
            yield Page(old, one.title, "Sidan har flyttat.", "redirect.html", context, indexed=False)
