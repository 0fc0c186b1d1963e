"""Staff log in at a real OpenID provider over real HTTP; sessions begin, hold, and end."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import sleep
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import Engine, select

from foundation.database import open_engine, read, write
from foundation.encryption import Keys
from foundation.kept_document import Fetched
from foundation.settings import SettingsError, load
from foundation.staff import sessions, spare
from foundation.staff.gate import StaffGate, StaffRules, member_of
from foundation.staff.members import StaffMember
from foundation.staff.pages import StaffLogin, make_router
from foundation.staff.settings import StaffSettings
from foundation.staff.tables import staff_sessions
from foundation.tables import audit_log
from foundation.web.guard import Guard, GuardRules
from foundation.web.server import make_server
from foundation.web.shell import Pages
from tests.subscriptions.serving import KEY, free_port

ROOT = Path(__file__).parents[3]
HERE = {"Sec-Fetch-Site": "same-origin"}
LOCAL = StaffMember("lokal-ansvarig", "Ansvarig", "ansvarig@localhost", frozenset({"ansvarig", "larm"}))


class Desk:
    """A small service behind the gate, on a real port; ``now`` may be turned."""

    def __init__(self, address: str, engine: Engine, told: dict[str, object], local: bool) -> None:
        self.engine = engine
        self.now = datetime.now(UTC)
        self.settings = load(StaffSettings, {}, **told)
        rules = StaffRules("/prov", address, self.settings.idle, open=("/prov/delad/",))
        pages = Pages(
            "foundation.web",
            Fetched(address, str),
            site_name="Prov",
            demonstration=False,
            style="/s",
            home=("/", "Hem"),
        )
        app = FastAPI(redirect_slashes=False)
        login = StaffLogin(
            rules, self.settings, engine, Keys([KEY]), pages, self.clock, "provet", (LOCAL,) if local else ()
        )
        app.include_router(make_router(login))

        @app.api_route("/prov/", methods=["GET", "POST"])
        @app.get("/prov/sida/")
        def who(request: Request) -> dict[str, object]:
            staff = member_of(request)
            return {"name": staff.name, "email": staff.email, "roles": sorted(staff.roles)}

        @app.get("/prov/delad/{_}")
        @app.get("/annat/")
        def anybody(request: Request) -> dict[str, object]:
            return {"staff": getattr(request.state, "staff", None)}

        guard = GuardRules(address, development=False, demonstration=False)
        self.app = Guard(StaffGate(app, rules, engine, self.clock), guard)

    def clock(self) -> datetime:
        return self.now


@contextmanager
def serving(sqlite_url: str, told: dict[str, object], port: int, local: bool = False) -> Iterator[Desk]:
    engine = open_engine(sqlite_url)
    desk = Desk(f"http://127.0.0.1:{port}", engine, told, local)
    server = make_server(desk.app, "127.0.0.1", port)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            sleep(0.01)
        yield desk
    finally:
        server.should_exit = True
        thread.join()
        engine.dispose()


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[str, int]]:
    """The provider's address, and the port that its client answers on."""
    port, own = free_port(), free_port()
    words = [
        "node",
        str(Path(__file__).parent / "provider.mjs"),
        str(port),
        f"http://127.0.0.1:{own}/prov/inloggad/",
    ]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}", own
        finally:
            process.terminate()


@pytest.fixture
def desk(sqlite_url: str, provider: tuple[str, int]) -> Iterator[Desk]:
    issuer, port = provider
    told: dict[str, object] = {
        "issuer": issuer, "client_id": "kommunen", "client_secret": "en hemlighet: med+tecken",
        "roles": ["Webb.Skribent=skribent"],
    }  # fmt: skip
    with serving(sqlite_url, told, port) as desk:
        yield desk


def browser(desk: Desk) -> httpx.Client:
    return httpx.Client(base_url=desk.app.rules.public_url, timeout=30)


def follow(client: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Follow redirects until a page or an error comes, as a browser does."""
    while answer.is_redirect:
        answer = client.get(answer.url.join(answer.headers["Location"]))
    return answer


def at_provider(client: httpx.Client, path: str, who: str) -> httpx.Response:
    """Log in at the provider's own form; the answer that leads back to us."""
    page = follow(client, client.get(path))
    form = re.search(r'<form[^>]* action="([^"]+)"', page.text)
    assert form, page.text
    data = {"prompt": "login", "login": who, "password": "x"}
    answer = client.post(page.url.join(form[1]), data=data)
    while answer.is_redirect and "/prov/inloggad/" not in answer.headers["Location"]:
        answer = client.get(answer.url.join(answer.headers["Location"]))
    return answer


def test_a_login_leads_through_the_provider_to_the_page_that_was_wanted_with_the_roles_of_the_claims(
    desk: Desk,
) -> None:
    with browser(desk) as client:
        back = at_provider(client, "/prov/sida/?x=å", "anna+Webb.Skribent+larm+Okänd")
        entered = client.get(back.headers["Location"])
        assert entered.status_code == 303
        assert entered.headers["Location"] == "/prov/sida/?x=%C3%A5"
        cookie = entered.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/prov"))
        told = client.get("/prov/").json()
        assert told == {
            "name": "Funktion anna",
            "email": "anna@kommun.example",
            "roles": ["larm", "skribent"],
        }
        assert client.get(back.headers["Location"]).status_code == 400  # a way back works once
    with read(desk.engine) as connection:
        noted = connection.execute(select(audit_log.c.actor, audit_log.c.action)).all()
        kept = connection.execute(select(staff_sessions.c.token_hash)).scalars().all()
    assert [tuple(row) for row in noted] == [("staff anna+Webb.Skribent+larm+Okänd", "login openid")]
    assert kept
    assert client.cookies["personal"].encode() not in kept


def test_another_browser_cannot_use_somebodys_way_back(desk: Desk) -> None:
    with browser(desk) as victim, browser(desk) as attacker:
        back = at_provider(attacker, "/prov/", "mallory")
        assert victim.get(back.headers["Location"]).status_code == 400
        assert "personal" not in victim.cookies


def test_a_changed_code_a_declined_login_and_a_foreign_way_back_let_nobody_in(desk: Desk) -> None:
    with browser(desk) as client:
        back = at_provider(client, "/prov/", "anna").headers["Location"]
        code = parse_qs(urlsplit(back).query)["code"][0]
        assert client.get(back.replace(code, code[::-1])).status_code == 403
        begun = client.get("/prov/logga-in/?till=//ond.example/prov/")
        state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
        assert client.get(f"/prov/inloggad/?state={state}&error=access_denied").status_code == 403
    with browser(desk) as client:
        wanted = "/prov/logga-in/?till=https://ond.example/prov/"
        back = at_provider(client, wanted, "anna").headers["Location"]
        assert client.get(back).headers["Location"] == "/prov/"


def test_what_another_site_sends_is_refused_though_the_cookie_comes_with_it(desk: Desk) -> None:
    with browser(desk) as client:
        enter(desk, client)
        assert client.post("/prov/", headers=HERE).status_code == 200
        assert client.post("/prov/", headers={"Origin": desk.app.rules.public_url}).status_code == 200
        for foreign in ({"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "null"}, {}):
            assert client.post("/prov/", headers=foreign).status_code == 403


def enter(desk: Desk, client: httpx.Client) -> None:
    with write(desk.engine) as connection:
        token = sessions.begin(connection, LOCAL, "local", desk.now, desk.settings.longest)
    client.cookies.set("personal", token, path="/prov")


def test_a_session_ends_by_silence_by_age_by_hand_and_from_the_command(desk: Desk) -> None:
    begun = desk.now
    with browser(desk) as client:
        enter(desk, client)
        desk.now = begun + desk.settings.idle - timedelta(seconds=1)
        assert client.get("/prov/").status_code == 200  # which is seen
        desk.now += desk.settings.idle - timedelta(seconds=1)
        assert client.get("/prov/").status_code == 200
        desk.now += desk.settings.idle
        assert client.get("/prov/").status_code == 303
        enter(desk, client)
        begun = desk.now
        while desk.now < begun + desk.settings.longest:
            assert client.get("/prov/").status_code == 200
            desk.now += desk.settings.idle / 2
        assert client.get("/prov/").status_code == 303
        enter(desk, client)
        assert client.post("/prov/logga-ut/", headers=HERE).status_code == 200
        assert client.get("/prov/").status_code == 303
        enter(desk, client)
        with write(desk.engine) as connection:
            assert sessions.end_all(connection, LOCAL.email, desk.now, "prov") == 3  # two had ended unnoticed
        assert client.get("/prov/").status_code == 303


def test_without_a_session_forms_are_refused_and_shared_paths_and_other_paths_are_open(desk: Desk) -> None:
    with browser(desk) as client:
        assert client.post("/prov/", headers=HERE).status_code == 401
        assert client.get("/prov").status_code == 303
        assert client.get("/prov/delad/x").json() == client.get("/annat/").json() == {"staff": None}


def test_while_the_provider_is_away_a_spare_code_works_once_for_alerts_alone(sqlite_url: str) -> None:
    code, seal = spare.make()
    told: dict[str, object] = {
        "issuer": f"http://127.0.0.1:{free_port()}", "client_id": "x", "client_secret": "y",
        "spare_codes": [seal],
    }  # fmt: skip
    with serving(sqlite_url, told, free_port()) as desk, browser(desk) as client:
        away = client.get("/prov/logga-in/")
        assert away.status_code == 503
        assert "/prov/logga-in/reserv/" in away.text
        assert client.post("/prov/logga-in/reserv/", data={"kod": "aaaaa"}, headers=HERE).status_code == 403
        entered = client.post("/prov/logga-in/reserv/", data={"kod": code.upper()}, headers=HERE)
        assert entered.headers["Location"] == "/prov/larm/"
        assert client.get("/prov/").json()["roles"] == ["larm"]
        assert client.post("/prov/logga-in/reserv/", data={"kod": code}, headers=HERE).status_code == 403


def test_one_click_lets_in_locally_and_only_as_those_that_are_offered(sqlite_url: str) -> None:
    with serving(sqlite_url, {}, free_port(), local=True) as desk, browser(desk) as client:
        assert 'value="lokal-ansvarig"' in client.get("/prov/logga-in/?till=/prov/sida/").text
        assert client.post("/prov/logga-in/lokalt/", data={"vem": "nobody"}, headers=HERE).status_code == 403
        form = {"vem": LOCAL.subject, "till": "/prov/sida/"}
        assert (
            client.post("/prov/logga-in/lokalt/", data=form, headers=HERE).headers["Location"]
            == "/prov/sida/"
        )
        assert client.get("/prov/").json()["roles"] == ["ansvarig", "larm"]
    with serving(sqlite_url, {}, free_port()) as desk, browser(desk) as client:
        assert client.post("/prov/logga-in/lokalt/", data=form, headers=HERE).status_code == 403


@pytest.mark.parametrize(
    "till",
    [
        "", "/", "//ond.example/prov/", "https://ond.example/prov/", "/provet/", "\\prov/", "/prov/\\ond",
        "/prov/\n", "/prov/?x=" + "a" * 1000,
    ],
)  # fmt: skip
def test_a_login_leads_back_to_a_page_of_its_own_service_that_can_be_kept_or_to_the_first(till: str) -> None:
    rules = StaffRules("/prov", "https://kommun.example", timedelta(hours=1))
    assert rules.own_path(till) == "/prov/"
    assert rules.own_path("/prov/sida/?x=1") == "/prov/sida/?x=1"


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"issuer": "https://login.example"}, "STAFF_CLIENT_ID"),
        ({"issuer": "http://login.example", "client_id": "a", "client_secret": "b"}, "https://"),
        ({"scope": "profile"}, "openid"),
        ({"roles": ["Webb=chef"]}, "skribent"),
        ({"spare_codes": ["abc"]}, "spare-code"),
    ],
)
def test_settings_that_would_let_nobody_in_are_refused_in_words(told: dict[str, object], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        load(StaffSettings, {}, **told)
    with pytest.raises(SettingsError, match="menade du STAFF_ISSUER"):
        load(StaffSettings, {"STAFF_ISSUERS": "x"})
