"""What another process finds beside the checks is what would be found here, and nothing hangs on it."""

import os

import pytest
from jinja2 import Environment

from site_builder.pages import record_page
from site_builder.publishing import ahead
from site_builder.publishing.ahead import work_ahead
from site_builder.publishing.build import read
from site_builder.publishing.rendering import COMPILED, environment
from site_builder.site.site import Site
from tests.site_builder.conftest import Municipality


@pytest.fixture
def site(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that is large enough."""
    monkeypatch.setattr(ahead, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return read([town.content], town.now, town.home / "cache")[0]


def test_another_process_finds_the_keys_and_compiles_the_templates(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(COMPILED, "codes", {})
    with work_ahead(site, "stamp") as keys:
        assert keys() == {one.file: record_page(site, one).key("stamp") for one in site.public}
    monkeypatch.setattr(Environment, "compile", lambda *_: pytest.fail("compiled again"))
    for name in (*ahead.TEMPLATES, "types/contact.html"):
        environment().get_template(name)


def test_nothing_of_it_is_kept_on_disk(site: Site, town: Municipality) -> None:
    town.build()
    assert [path.name for path in (town.home / "cache").iterdir()] == ["cache.sqlite3"]


def test_a_build_does_without_what_the_other_process_could_not_find(
    site: Site, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_work", lambda *_: os._exit(1))
    with work_ahead(site, "stamp") as keys:
        assert keys() == {}
    town.build()
    alone = town.page("/kontakt/vaxel/")
    monkeypatch.setattr(ahead, "MANY", 2000)
    assert town.build().changed == 0
    assert alone == town.page("/kontakt/vaxel/")


def test_the_other_process_ends_with_the_checks_whether_it_was_asked_or_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    fork = os.fork

    def forked() -> int:
        begun.append(fork())
        return begun[-1]

    monkeypatch.setattr(os, "fork", forked)
    with work_ahead(site, "stamp"):
        pass
    with pytest.raises(ChildProcessError):  # it has been waited for
        os.waitpid(begun[0], 0)
