"""Whatever is wrong elsewhere, an alert goes out; the rest of the site stays as it was, and loudly."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from site_builder import cli
from site_builder.publishing import alerts_alone
from site_builder.publishing.rendering import Renderer
from tests.site_builder.conftest import Municipality

LINES = ("händelse: Läcka", "slag: kris", "allvar: allvarlig", 'gäller_från: "2026-11-24 08:00"')
BROKEN = "[Dit](/finns-inte/)"


def alert(town: Municipality, name: str, *lines: str, text: str = "") -> Path:
    return town.write(
        f"driftinfo/{name}.md",
        f"titel: {name.capitalize()}",
        'publicerad: "2026-11-24 08:00"',
        'upphör: "2026-11-25 08:00"',
        *LINES,
        *lines,
        text=text,
    )


def told(town: Municipality) -> list[str]:
    return [row["title"] for row in json.loads(town.page("/api/v1/alerts.json"))["alerts"]]


def tree(town: Municipality) -> dict[str, bytes]:
    return {
        str(path.relative_to(town.site)): path.read_bytes() for path in town.site.rglob("*") if path.is_file()
    }


def a_broken_record(town: Municipality) -> None:
    town.write("nyheter/trasig.md", "titel: Trasig", text=BROKEN)


def a_record_that_cannot_be_read(town: Municipality) -> None:
    (town.content / "nyheter/trasig.md").write_bytes(b"hej")


def a_vanished_address(town: Municipality) -> None:
    (town.content / "nyheter/gammal.md").unlink()


def a_hidden_loop(town: Municipality) -> None:
    town.write("organ/ks.md", "titel: Styrelsen", "slag: styrelse", "överordnad: ks", key=1)


FAULTS = [a_broken_record, a_record_that_cannot_be_read, a_vanished_address, a_hidden_loop]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_elsewhere_lets_only_the_alert_out_and_the_next_good_build_all(
    town: Municipality, fault: Callable[[Municipality], None]
) -> None:
    old = town.write("nyheter/gammal.md", "titel: Gammal")
    kept = old.read_bytes()
    town.build()
    before = tree(town)
    fault(town)
    town.write("nyheter/ny.md", "titel: Ny")
    alert(town, "lacka")
    result = town.build()
    assert result.problems
    assert not result.files
    assert result.changed
    assert told(town) == ["Lacka"]
    assert town.has("/driftinfo/2026/lacka/") or list(town.site.glob("driftinfo/**/lacka/index.html"))
    assert list(town.site.glob("driftinfo/**/lacka.cap.xml"))
    assert "Lacka" in town.page("/floden/kris.atom")
    after = tree(town)
    own = ("driftinfo/", "api/v1/alerts", "floden/kris.", "floden/typ-driftinfo.", ".publicerat.json")
    assert {path for path in after if after[path] != before.get(path)} <= {
        path for path in after if path.startswith(own)
    }
    assert before.keys() <= after.keys()
    again = town.build()
    assert (again.made, again.changed) == (again.made, 0)
    (town.content / "nyheter/trasig.md").unlink(missing_ok=True)
    old.write_bytes(kept)
    town.write("organ/ks.md", "titel: Kommunstyrelsen", "slag: styrelse", "kontakt: kontakter/vaxel", key=1)
    assert town.build().files
    assert town.has("/nyheter/2026/ny/")


def test_a_published_alert_that_gets_a_fault_stays_and_a_new_one_with_a_fault_waits(
    town: Municipality,
) -> None:
    first = alert(town, "forsta", "område: Centrum")
    second = alert(town, "andra", "område: Centrum", text="[Nyheten om bron](/nyheter/2026/mer/)")
    more = town.write("nyheter/mer.md", "titel: Mer")
    assert not town.build().problems
    first.write_bytes(b"hej")  # cannot be read any more
    more.unlink()  # the second has a dead link now, by no fault of its own
    alert(town, "trasig", text=BROKEN)
    alert(town, "hel")
    result = town.build()
    assert not result.files
    assert sorted(told(town)) == ["Andra", "Forsta", "Hel"]
    town.now += timedelta(days=2)
    town.build()
    assert told(town) == []
    assert second.exists()


def test_an_end_that_cannot_be_read_any_more_still_says_that_the_danger_is_over(town: Municipality) -> None:
    alert(town, "lacka", "område: Centrum")
    end = alert(town, "slut", "område: Centrum", "avslutar: lacka")
    assert not town.build().problems
    end.write_bytes(b"hej")
    assert town.build().problems
    over = json.loads(town.page("/api/v1/alerts.json"))["over"]
    assert [row["title"] for row in over] == ["Slut"]
    town.now += timedelta(days=1)
    town.build()
    assert json.loads(town.page("/api/v1/alerts.json"))["over"] == []


def test_an_alert_that_ends_while_something_else_is_wrong_leaves(town: Municipality) -> None:
    alert(town, "lacka")
    town.build()
    a_broken_record(town)
    town.now += timedelta(days=2)
    assert town.build().problems
    assert told(town) == []


def test_with_errors_nothing_is_published_where_there_was_no_site(town: Municipality) -> None:
    alert(town, "lacka")
    a_broken_record(town)
    assert town.build().changed == 0
    assert tree(town) == {}


def test_a_page_that_cannot_be_rendered_is_a_failure_and_the_alert_goes_out(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.build()
    town.write("nyheter/ny.md", "titel: Ny")
    alert(town, "lacka")
    real = Renderer.record_html

    def fail(renderer: Renderer, one: object) -> bytes:
        if getattr(one, "slug", "") == "ny":
            raise RuntimeError("cannot be rendered")
        return real(renderer, one)  # type: ignore[arg-type]

    monkeypatch.setattr(Renderer, "record_html", fail)
    with pytest.raises(RuntimeError):
        town.build()
    assert told(town) == ["Lacka"]
    assert not [path for path in tree(town) if path.endswith(".new")]
    monkeypatch.undo()
    assert town.build().files
    assert town.has("/nyheter/2026/ny/")


def test_the_command_says_loudly_that_only_alerts_went_out(
    town: Municipality, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town.home)
    assert cli.main(["build", "--no-search"]) == 0
    a_broken_record(town)
    assert cli.main(["build", "--no-search"]) == 1
    assert "Inget publicerades" in capsys.readouterr().err
    alert(town, "lacka")
    assert cli.main(["build", "--no-search"]) == 1
    shown = capsys.readouterr()
    assert "BARA DRIFTINFORMATIONEN PUBLICERADES" in shown.err
    assert "nyheter/trasig.md" in shown.out


def test_the_service_reads_disruptions_in_a_feed_that_faults_elsewhere_do_not_stop() -> None:
    deployed = (Path(__file__).parents[3] / "deploy" / "subscriptions.env").read_text(encoding="utf-8")
    feeds = dict(re.findall(r"^SUBSCRIPTIONS_(FEED_URLS|CRISIS_FEED_URLS)=(.*)$", deployed, re.M))
    for urls in feeds.values():
        paths = [urlsplit(url).path.removeprefix("/") for url in urls.split()]
        assert any(path.startswith(alerts_alone._OWN) for path in paths), paths
