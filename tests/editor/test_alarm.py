"""An alert is sent out, updated and ended from a form that fits a phone."""

from datetime import timedelta

from tests.editor.conftest import Newsroom, form_values

LARM = "/redigera/larm/"


def test_an_alert_is_published_updated_and_ended(newsroom: Newsroom) -> None:
    newsroom.town.build()
    said = {
        "titel": "Vattenläcka på Storgatan",
        "instruktion": "Koka vattnet.",
        "område": "Storgatan",
        "allvar": "måttlig",
    }
    page = newsroom.send(LARM, newsroom.open(LARM), "visa", **said)
    assert "Vattenläcka på Storgatan" in page.partition("<q>")[2].partition("</q>")[0]
    assert newsroom.send(LARM, form_values(page), "skicka").count("ute på webbplatsen") == 1
    slug = next((newsroom.town.content / "driftinfo").rglob("*.md")).stem
    assert "Koka vattnet." in newsroom.town.page(f"/driftinfo/{slug}/")
    newsroom.town.now += timedelta(minutes=20)
    newsroom.send(LARM, newsroom.open(f"{LARM}?uppdaterar={slug}"), "skicka", instruktion="Koka inte längre.")
    later = next(
        path.stem for path in (newsroom.town.content / "driftinfo").rglob("*.md") if path.stem != slug
    )
    assert (
        f"uppdaterar: driftinfo/{slug}"
        in next((newsroom.town.content / "driftinfo").rglob(f"{later}.md")).read_text()
    )
    newsroom.town.now += timedelta(minutes=20)
    newsroom.send(LARM, newsroom.open(f"{LARM}?avslutar={later}"), "skicka")
    page = newsroom.client.get(LARM).text
    assert "Inget meddelande gäller just nu." in page or "är över" in page
    assert newsroom.git("status", "--porcelain") == ""


def test_an_alert_with_a_fault_is_not_sent(newsroom: Newsroom) -> None:
    page = newsroom.send(LARM, newsroom.open(LARM), "skicka", titel="Utan allvar")
    assert "Inget är skickat" in page
    assert not (newsroom.town.content / "driftinfo").exists()
