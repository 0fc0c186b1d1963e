"""The catalogue of open data is DCAT-AP-SE 3 as RDF/XML at `/datasets/dcat`, for the national portal.

https://docs.dataportal.se/dcat/ says what must be there; each thing has an absolute address of its own.
"""

from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree

from site_builder.content import TYPES, TypeInfo
from site_builder.content.record import Dataset
from site_builder.formats import calendars
from site_builder.formats.registry import always, single
from site_builder.formats.xml_files import dump
from site_builder.site.site import Site

ADDRESS = "/datasets/dcat"

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
"""The catalogue itself must be free to use."""

SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class File(NamedTuple):
    """A distribution: one way to fetch a dataset."""

    name: str
    path: str
    media_type: str
    title: str
    title_en: str


def render(site: Site) -> bytes:
    """The catalogue: a dataset for each type of record."""
    for prefix, space in SPACES.items():
        ElementTree.register_namespace(prefix, space)
    root = ElementTree.Element(_name("rdf:RDF"))
    base, license_ = site.config.base, site.config.data_license
    me, publisher, service = f"{base}{ADDRESS}", f"{base}/#organisation", f"{base}/api/v1/#service"
    contact = _contact(root, site)
    rows = [(model.info, model.info.dataset) for model in TYPES if model.info.dataset]
    catalog = _thing(root, "dcat:Catalog", me)
    _words(
        catalog, "dcterms:title", f"Öppna data från {site.config.name}", f"Open data from {site.config.name}"
    )
    _words(catalog, "dcterms:description", *_about(site))
    _to(catalog, "dcterms:publisher", publisher)
    _to(catalog, "dcterms:license", CC0)
    _to(catalog, "dcterms:language", f"{_AUTHORITY}/language/SWE")
    _to(catalog, "foaf:homepage", f"{base}/")
    _to(catalog, "dcat:themeTaxonomy", f"{_AUTHORITY}/data-theme")
    for info, _ in rows:
        _to(catalog, "dcat:dataset", f"{me}#{info.plural}")
    agent = _thing(root, "foaf:Agent", publisher)
    _text(agent, "foaf:name", site.config.name)
    _to(agent, "dcterms:type", "http://purl.org/adms/publishertype/LocalAuthority")
    for info, words in rows:
        files = _files(info, bool(site.of_type(info.name)))
        dataset = _dataset(root, info, words, f"{me}#{info.plural}", publisher)
        if contact:
            _to(dataset, "dcat:contactPoint", contact)
        for file in files:
            _to(dataset, "dcat:distribution", f"{me}#{info.plural}-{file.name}")
        for file in files:
            made = _thing(root, "dcat:Distribution", f"{me}#{info.plural}-{file.name}")
            _words(made, "dcterms:title", file.title, file.title_en)
            _to(made, "dcat:accessURL", base + file.path)
            _to(made, "dcat:downloadURL", base + file.path)
            _text(made, "dcterms:format", file.media_type)
            _to(made, "dcterms:license", license_)
            if file.name == "json":
                _to(made, "dcat:accessService", service)
    api = _thing(root, "dcat:DataService", service)
    _words(api, "dcterms:title", "Webbplatsens innehåll som JSON", "The content of the site as JSON")
    _to(api, "dcat:endpointURL", f"{base}/api/v1/index.json")
    _to(api, "dcat:endpointDescription", f"{base}/api/v1/index.json")
    _to(api, "dcterms:publisher", publisher)
    if contact:
        _to(api, "dcat:contactPoint", contact)
    _to(api, "dcterms:accessRights", f"{_AUTHORITY}/access-right/PUBLIC")
    _to(api, "dcterms:license", license_)
    return dump(root)


def _about(site: Site) -> tuple[str, str]:
    if site.config.demonstration:
        return (
            "En demonstration med historiska uppgifter.",
            "A demonstration with historical data.",
        )
    return (
        "Kommunens tjänster, beslut, möten, kontakter och driftinformation.",
        "The municipality's services, decisions, meetings, contacts and alerts.",
    )


def _dataset(
    root: ElementTree.Element, info: TypeInfo, words: Dataset, about: str, publisher: str
) -> ElementTree.Element:
    made = _thing(root, "dcat:Dataset", about)
    _words(made, "dcterms:title", info.swedish_plural.capitalize(), words.title_en)
    _words(made, "dcterms:description", words.about, words.about_en)
    _to(made, "dcterms:publisher", publisher)
    _to(made, "dcat:theme", f"{_AUTHORITY}/data-theme/{words.theme}")
    _words(made, "dcat:keyword", info.swedish, info.name)
    _to(made, "dcterms:language", f"{_AUTHORITY}/language/SWE")
    _to(made, "dcterms:accessRights", f"{_AUTHORITY}/access-right/PUBLIC")
    _to(made, "dcterms:accrualPeriodicity", f"{_AUTHORITY}/frequency/CONT")
    return made


def _files(info: TypeInfo, has_records: bool) -> list[File]:
    found = [File("json", f"/api/v1/{info.plural}.json", "application/json", "Som JSON", "As JSON")]
    if info.calendar and has_records:
        title, title_en = "Som kalender: kommande och senaste", "As a calendar: coming and latest"
        found.append(File("ics", calendars.address(info.calendar), "text/calendar", title, title_en))
    return found


def _contact(root: ElementTree.Element, site: Site) -> str:
    """Whom to ask about the data: the contact that mkdocs.yml names, where it can be reached by e-mail."""
    one = site.find(site.config.data_contact, ("contact",)) if site.config.data_contact else None
    if not one or not site.is_public(one) or not one.facts.get("email"):
        return ""
    about = f"{site.config.base}{one.address}#kontakt"
    made = _thing(root, "vcard:Organization", about)
    _text(made, "vcard:fn", one.title)
    _to(made, "vcard:hasEmail", f"mailto:{quote(one.facts['email'], safe='@')}")
    return about


def _name(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"


def _thing(root: ElementTree.Element, kind: str, about: str) -> ElementTree.Element:
    return ElementTree.SubElement(root, _name(kind), {_name("rdf:about"): about})


def _to(parent: ElementTree.Element, name: str, address: str) -> None:
    ElementTree.SubElement(parent, _name(name), {_name("rdf:resource"): address})


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, _name(name)).text = text


def _words(parent: ElementTree.Element, name: str, swedish: str, english: str) -> None:
    for lang, text in (("sv", swedish), ("en", english)):
        ElementTree.SubElement(parent, _name(name), {_LANG: lang}).text = text


FORMATS = (single("catalog", ADDRESS, render, always),)
