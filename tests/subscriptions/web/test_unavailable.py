"""The database is away: people are told so in the site's look, and programs when to come again."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from tests.subscriptions.serving import Service


@pytest.fixture
def away(web: Service) -> Service:
    """A service whose database has gone since it started."""
    web.engine.dispose()
    file = Path(str(web.engine.url.database))
    with closing(connect(file)) as database:  # nothing is left beside the file
        database.execute("PRAGMA journal_mode = DELETE")
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    return web


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/prenumerera/avsluta/" + "a" * 40),
        ("POST", "/prenumerera/"),
        ("POST", "/prenumerera/hantera/"),
        ("POST", "/prenumerera/tillganglighet"),
        ("GET", "/prenumerera/metrics"),
    ],
)
def test_an_outage_is_told_in_swedish_in_the_sites_look(method: str, path: str, away: Service) -> None:
    form = {
        "val": "topic:avfall",
        "hur": "immediate",
        "epost": "anna@exempel.se",
        "adress": "anna@exempel.se",
    }
    form |= {"slag": "fault", "text": "Jag ser inte"}
    answer = away.http.request(method, path, data=form if method == "POST" else None)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Bevakningarna är stängda en stund" in answer.text
    assert "sitens-skal" in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_outage_is_told_to_programs_as_data(away: Service) -> None:
    answer = away.http.post("/prenumerera/api/v1/links", json={"address": "anna@exempel.se"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Försök igen" in answer.json()["detail"]
    assert away.get("/prenumerera/healthz").status_code == 503


def test_what_needs_no_database_is_shown(away: Service) -> None:
    assert away.get("/prenumerera/").status_code == 200


def test_an_error_of_ours_is_told_in_the_sites_look(web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscriptions.people.signup.send_link", lambda *_: 1 / 0)
    answer = web.http.post("/prenumerera/hantera/", data={"adress": "anna@exempel.se"})
    assert answer.status_code == 500
    assert "Något gick fel hos oss" in answer.text
    assert "sitens-skal" in answer.text
    assert "Content-Security-Policy" in answer.headers
