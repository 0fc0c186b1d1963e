"""The site that the browser tests look at: all of `content/`, and odd records dated from today."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from site_builder.content.fields import STOCKHOLM
from site_builder.editing.serving import server
from site_builder.problems import has_errors
from site_builder.publishing.build import Options, build, read
from site_builder.publishing.search import index
from tests.browser.extremes import extreme_content

ROOT = Path(__file__).parents[2]
LONG = "Kommunfullmäktigesammanträdeshandlingsarkiveringsföreskrifter för samhällsbyggnadsförvaltningen"
PLACE = "<!-- innehåll -->"
FORM = """<h1>Prenumerera</h1><form method="post"><p><label for="adress">Din e-postadress</label>
<input id="adress" name="adress" type="email" autocomplete="email"></p>
<fieldset><legend>Hur ofta?</legend><label><input type="radio" name="hur" value="nu"> Genast</label>
<label><input type="radio" name="hur" value="dag"> En gång om dagen</label></fieldset>
<button>Prenumerera</button></form>"""
"""What the subscription service puts into the shell looks like this."""

TEMPLATES = {
    "start": "/",
    "listing": "/tjanster/",
    "register": "/beslut/",
    "pager": "/moten/2012/",
    "topics": "/amnen/",
    "topic": "/amnen/avfall-atervinning/",
    "a-to-z": "/a-o/",
    "alerts": "/driftinfo/",
    "board": "/anslagstavla/",
    "eservices": "/e-tjanster/",
    "feeds": "/floden/",
    "review": "/att-granska/",
    "search": "/sok/",
    "search-hits": "/sok/?q=sopor",
    "search-empty": "/sok/?q=xqzxqz",
    "search-english": "/search/?q=crisis",
    "statement": "/tillganglighet/",
    "404": "/404.html",
    "gone": "/tjanster/borttagen/",
    "redirect": "/tjanster/gammal-adress/",
    "shell": "/prenumerera/prov.html",
    "service": "/tjanster/hemtjanst/",
    "service-odd": "/tjanster/udda/",
    "responsibility": "/ansvar/avfall/",
    "body": "/organ/kommunstyrelsen/",
    "contact": "/kontakt/vaxel/",
    "place": "/platser/kommunhuset/",
    "meeting": "/moten/kommunstyrelsen/2012-04-24/",
    "decision": "/beslut/kommunstyrelsen/2012-04-24/71/",
    "notice": "/anslagstavla/protokoll-ks-2012-04-24/",
    "safety": "/trygghet/avbrott-el-varme-vatten/",
    "alert": "/driftinfo/udda/",
    "news": "",
    "audit": "/granskningar/udda/",
    "event": "/evenemang/2018/trygghetsdialog-centrum/",
    "question": "/fragor/nar-soka-forskoleplats/",
    "eservice": "/e-tjanster/felanmal-gator-parker/",
    "case-category": "/felanmalan/trasig-gatlampa/",
    "page": "/kontakta-oss/",
    "page-english": "/contact-us/",
    "page-easy": "/lattlast/",
}
"""By template, or by what is special about the page: an address that shows it."""


def template_address(site: Path, name: str) -> str:
    """The address; of news, whose address holds its year, the first there is."""
    if TEMPLATES[name]:
        return TEMPLATES[name]
    found = sorted((site / "nyheter").glob("*/*/index.html"))[-1]
    return f"/{found.parent.relative_to(site).as_posix()}/"


def _head(name: str, title: str, more: str) -> str:
    return (
        f'---\nid: "{uuid5(NAMESPACE_URL, name)}"\ntitel: {title}\n'
        "ingress: En post som bara finns i proven.\nstatus: publicerad\npublicerad: 2020-01-02\n"
        f"ansvarig: kontakter/vaxel\nämnen: [avfall-atervinning]\n{more}"
    )


def alert(name: str, title: str, now: datetime, hours: int = 200, **more: str) -> str:
    """An alert in force from today; `more` are its other fields, as front matter writes them."""
    local = now.astimezone(STOCKHOLM)
    head = _head(name, title, "exempel: ja\nhändelse: Störning\nslag: störning\nområde: Bollmora\n")
    fields = "".join(f"{field}: {value}\n" for field, value in more.items())
    until = f"{(now + timedelta(hours=hours)).astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    return f"{head}gäller_från: {local:%Y-%m-%d} 00:00\nupphör: {until}\n{fields}---\n"


def odd_content(now: datetime) -> dict[str, str]:
    """Records that are long, empty or in an unusual state, by their path."""
    local = now.astimezone(STOCKHOLM)
    today, later = f"{local:%Y-%m-%d}", f"{local + timedelta(days=9):%Y-%m-%d}"
    return {
        "tjanster/udda.md": _head("udda", f'"{LONG}"', "")
        + f"vem: {LONG}\nhur: [Ett steg]\nläge: stängd\norsak: Det brinner i {LONG}.\n"
        f"viktiga_datum: [{{när: 2020-02-25, vad: Sista dag i {LONG}}}, {{när: Varje år, vad: Sök}}]\n"
        'kanaler:\n  - {typ: telefon, mål: "08-578 291 00"}\nersätter: /tjanster/gammal-adress/\n---\n\n'
        "## En tabell\n\n| Avgift | Belopp | En lång rubrik om något | Ännu en lång rubrik om något |\n"
        "| --- | ---: | :---: | --- |\n| Sommar | 1 250 kronor | Ja | Samhällsbyggnadsförvaltningen |\n",
        "tjanster/borttagen.md": _head("borttagen", "Något borttaget", "avpubliceras: 2021-01-01\n")
        + 'vem: Alla\nhur: [Ring]\nkanaler:\n  - {typ: telefon, mål: "08-578 291 00"}\n---\n',
        "driftinfo/udda.md": alert(
            "alert",
            f'"Vattenläcka: {LONG}"',
            now,
            allvar="allvarlig",
            instruktion="Koka vattnet i tre minuter.",
        ),
        "anslag/udda.md": _head("notice", "Protokoll från kommunstyrelsen", "exempel: ja\n").replace(
            "2020-01-02", today
        )
        + f"slag: justerat-protokoll\norgan: organ/kommunstyrelsen\nsammanträde: {today}\njusterat: {today}\n"
        f"tillkännagivet: {today}\nförvaras: Kommunkansliet\n"
        "överklagas_till: Förvaltningsrätten i Stockholm\n---\n",
        "moten/udda.md": _head("meeting", "Kommunstyrelsen sammanträder", "exempel: ja\n")
        + f"organ: organ/kommunstyrelsen\nstart: {later} 18:30\ninställt: ja\n---\n",
        "granskningar/udda.md": _head("audit", "Granskning med försenade åtgärder", "exempel: ja\n")
        + "objekt: En förskola\nbrister: [För få vuxna]\nåtgärder:\n"
        "  - {vad: Anställ fler vuxna och följ upp hur det går, ansvarig: Barn- och utbildningsförvaltningen,"
        " senast: 2020-05-01, status: pågår}\n---\n",
    }


def build_tried_site(folder: Path, now: datetime) -> Path:
    """Build `content/` and the odd records below `folder`, with the search index."""
    (folder / "content").mkdir(parents=True)
    for path, text in (odd_content(now) | extreme_content()).items():
        file = folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    site = folder / "site"
    result = build(Options([ROOT / "content", folder / "content"], site, now, cache=folder / "cache"))
    assert not has_errors(result.problems), [p for p in result.problems if p.severity == "error"]
    index(site, folder / "cache")
    shell = (site / "prenumerera" / "skal.html").read_text(encoding="utf-8")
    assert shell.count(PLACE) == 1
    (site / "prenumerera" / "prov.html").write_text(shell.replace(PLACE, FORM), encoding="utf-8")
    return site


def build_preview(folder: Path, now: datetime) -> Path:
    """Build what an editor sees of a file with faults, without the rest of the content."""
    file = folder / "content" / "tjanster" / "fel.md"
    file.parent.mkdir(parents=True)
    file.write_text(_head("fel", f'"{LONG}"', "kanaler: 12\n---\n").replace("ansvarig", "ansvarlig"), "utf-8")
    site = folder / "site"
    result = build(Options([folder / "content"], site, now, cache=folder / "cache", preview=True))
    assert has_errors(result.problems)
    return site


def extreme_addresses(site: Path) -> list[str]:
    """Where the extreme records are shown."""
    wanted = {f"{uuid5(NAMESPACE_URL, path.removesuffix('.md'))}" for path in extreme_content()}
    folder = site.parent
    pages = read([ROOT / "content", folder / "content"], datetime.now(UTC), folder / "cache")[1]
    return sorted(page.address for page in pages if page.source and page.source.id in wanted)


def tried_pages(site: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every page of a tried site: its address, and its template with, of a record, the record's type."""
    folder = site.parent
    roots = [ROOT / "content", folder / "content"]
    for page in read(roots, datetime.now(UTC), folder / "cache")[1]:
        own = page.source.type if page.source and page.template == "record.html" else ""
        yield page.address, (page.template, own)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site's address while it is being served with the headers of the real one."""
    web = server(0, site)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_address[1]}"
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
