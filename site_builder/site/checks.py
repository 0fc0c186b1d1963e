"""This module checks what may be wrong between records, and against vocabularies and addresses."""

import difflib
from collections.abc import Collection, Iterable, Iterator

from site_builder.content import BY_FOLDER, BY_NAME, placeholders
from site_builder.reading.indexed_record import IndexedRecord, Reference
from site_builder.media.asset import address_of, find
from site_builder.problems import Problem, error, warning
from site_builder.site import acceptance, asset_checks, first_publication, news_reach, similar
from site_builder.site.alert_chain import newest
from site_builder.site.addresses import Addresses
from site_builder.site.lifetime import has_its_time
from site_builder.site.site import Site
from site_builder.site.time_checks import check_over_time
from site_builder.content.vocabulary import FILES


OURS = (
    "/api/v1/", "/floden/", "/kalender/", "/prenumerera/", "/felanmalan/ny/", "/felanmalan/lista/", "/synpunkter/",
)  # fmt: skip
"""Beginnings of addresses that lead somewhere though no record is there: data, and the services' pages."""


def check(site: Site, pages: Addresses) -> list[Problem]:
    """Every problem of every file, sorted by file and line; `pages`: the addresses that the site has."""
    problems = list(site.content.problems)
    problems += _duplicates(site)
    problems += _terms(site)
    for one in site.all:
        problems += _references(site, site.targets(one), one)
    for one in site.content.faulty:
        found = [(reference, site.find(reference.value, reference.types)) for reference in one.references]
        problems += _references(site, found, one)
    problems += _links(site, pages)
    problems += _cycles(site)
    problems += check_over_time(site, pages)
    problems += _replaced_alerts(site)
    problems += asset_checks.check(site)
    problems += asset_checks.check_moved(site, pages)
    problems += similar.check(site)
    problems += news_reach.check(site)
    problems = [first_publication.judged(problem, site) for problem in problems]
    problems += acceptance.for_nothing(problems, site)
    problems = list(acceptance.accepting(problems, site))
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code))


def _duplicates(site: Site) -> Iterator[Problem]:
    """The address of a file with wrong fields may be wrong too."""
    for code, what, key in (
        ("duplicate-id", "Id:t", lambda one: one.id),
        ("duplicate-slug", "Filnamnet", lambda one: (one.type, one.slug)),
        ("duplicate-address", "Adressen", lambda one: one.address),
    ):
        seen: dict[object, IndexedRecord] = {}
        for one in [*site.all, *(site.content.faulty if code != "duplicate-address" else ())]:
            first = seen.setdefault(key(one), one)
            if first is not one:
                line = one.id_line if code == "duplicate-id" else 0
                message = f"{what} används redan i {first.file}."
                if code == "duplicate-address":
                    message = f"Adressen {one.address} används redan i {first.file}."
                hint = "Ändra i en av dem."
                if code == "duplicate-id":
                    hint = (
                        "Är den ena en kopia? Ta bort id-raden i kopian och kör `site-builder check --fix`."
                    )
                yield error(code, one.file, line, "", message, hint)


def _references(
    site: Site, targets: Iterable[tuple[Reference, IndexedRecord | None]], one: IndexedRecord
) -> Iterator[Problem]:
    for reference, found in targets:
        if reference.types[0].startswith("vocabulary:"):
            continue
        if reference.value == placeholders.VALUE or _is_faulty(site, reference):  # told as such
            continue
        if found is None:
            folder, slash, _ = reference.value.partition("/")
            if not reference.loose or (slash and folder in BY_FOLDER):
                near = difflib.get_close_matches(
                    reference.value.rpartition("/")[2], site.slugs(reference.types), 1
                )
                hint = f"Menade du ”{near[0]}”?" if near else "Se efter vad filen heter."
                message = f"”{reference.value}” finns inte."
                yield error("missing-reference", one.file, reference.line, reference.field, message, hint)
        elif found.type not in reference.types:
            message = f"”{reference.value}” är av fel typ."
            yield error(
                "wrong-reference", one.file, reference.line, reference.field, message, "Välj en annan post."
            )
        elif reference.loose and site.is_public(one) and not site.is_public(found):
            message = f"”{reference.value}” är inte publicerad, så där står bara filens namn."
            hint = "Publicera den, eller skriv något annat."
            yield warning("hidden-reference", one.file, reference.line, reference.field, message, hint)


def _is_faulty(site: Site, reference: Reference) -> bool:
    """Whether it means a file whose fields are wrong: that is told there, and not of all that refer to it."""
    folder, _, slug = reference.value.rpartition("/")
    return any(
        reference.value == one.id
        or (slug == one.slug and (BY_NAME[one.type].info.folder == folder or not folder))
        for one in site.content.faulty
        if one.type in reference.types
    )


def _terms(site: Site) -> Iterator[Problem]:
    vocabularies = {f"vocabulary:{name}": (name, terms) for name, terms in site.content.vocabularies.items()}
    for one in (*site.all, *site.content.faulty):
        for reference in one.references:
            name, terms = vocabularies.get(reference.types[0], ("", None))
            if terms is not None and reference.value not in (*terms, placeholders.VALUE):
                near = difflib.get_close_matches(reference.value, terms, 1)
                hint = f"Menade du ”{near[0]}”?" if near else f"Välj ur {FILES[name]}."
                if "," in reference.value:
                    hint = "Skriv ett värde per rad med `- ` först."
                message = f"”{reference.value}” finns inte i {FILES[name]}."
                yield error("unknown-term", one.file, reference.line, reference.field, message, hint)


def _links(site: Site, pages: Addresses) -> Iterator[Problem]:
    """A link to what is hidden, has ended or is yet to come is no error: else it would become one in time."""
    anchors = {one.address: one.anchors for one in site.all}
    moved = [(one, old) for one in site.all if has_its_time(one) for old in one.replaces]
    public = {*pages.now, *(one.address for one in site.public)}
    public |= {old for one, old in moved if site.is_public(one)}
    public |= {one.address for one in site.content.faulty}  # what is wrong is told there
    public |= {row.old for row in site.content.moved if row.new}
    known = public | {one.address for one in site.all} | {old for _, old in moved}
    for one in (*site.all, *site.content.faulty):
        for written, anchor, line in one.links:
            path = address_of(written)
            leads = not path or path in public or _leads(path, public, site)
            if not leads and not (path in known or _leads(path, known, site) or path in pages.ever):
                near = difflib.get_close_matches(path, [*known, *site.content.assets], 1)
                hint = f"Menade du {near[0]}?" if near else "Se efter sidans adress."
                what = "Filen" if path.startswith("/filer/") else "Sidan"
                yield error("broken-link", one.file, line, "", f"{what} {path} finns inte.", hint)
            elif not leads and site.is_public(one):
                message = f"Sidan {path} är inte publicerad, så länken leder ingenstans."
                hint = "Publicera den, eller ta bort länken."
                yield warning("link-to-hidden", one.file, line, "", message, hint)
            elif anchor and anchor not in anchors.get(path or one.address, [anchor]):
                there = anchors[path or one.address]
                near = difflib.get_close_matches(anchor, there, 1)
                hint = f"Menade du #{near[0]}?" if near else "Se efter vad rubriken heter."
                yield error(
                    "broken-anchor", one.file, line, "", f"Rubriken #{anchor} finns inte på sidan.", hint
                )


def _leads(path: str, known: Collection[str], site: Site) -> bool:
    """True where the site answers at a `path` that is not itself `known`; the service answers for its own."""
    if path.rstrip("/") + "/" in known or find(site.content.assets, path):
        return True
    for ending in (".vcf", ".cap.xml"):
        if path.endswith(ending):
            return f"{path.removesuffix(ending)}/" in known
    return path.startswith(OURS)


def _cycles(site: Site) -> Iterator[Problem]:
    for one in (one for one in site.all if one.type == "body"):
        seen, here = {one.id}, one
        while True:
            parents = [ref for ref in here.references if ref.attribute == "parent"]
            above = site.find(parents[0].value, ("body",)) if parents else None
            if above is None:
                break
            if above.id in seen:
                if above is one:
                    message = f"Organet ligger under sig självt, via {here.title}."
                    line = next(ref.line for ref in one.references if ref.attribute == "parent")
                    hint = "Ändra överordnad i ett av dem."
                    yield error("cyclic-body", one.file, line, "överordnad", message, hint)
                break
            seen.add(above.id)
            here = above


def _replaced_alerts(site: Site) -> Iterator[Problem]:
    """One that updates what another has updated would leave both in force, each saying its own."""
    for one in site.of_type("alert"):
        for reference, old in site.targets(one):
            if old and reference.attribute == "updates":
                first = min(site.back(old, "alert", "updates"), key=lambda it: (it.published, it.file))
                last = newest(site, first)
                if one not in (first, old, last):
                    message = f"{reference.value} har redan ersatts, senast av {last.file}."
                    hint = f"Skriv `uppdaterar: driftinfo/{last.slug}`."
                    yield error("already-updated", one.file, reference.line, "uppdaterar", message, hint)
