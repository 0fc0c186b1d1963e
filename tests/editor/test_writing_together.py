"""Drafts, reviews, two people on one page, older versions, a page taken down: on the site's own history."""

from datetime import timedelta

from tests.editor.conftest import Newsroom, form_values

PAGE = "/redigera/tjanster/bygglov/"
NEW = "/redigera/ny/fragor/"


def proposal(newsroom: Newsroom, **changed: str) -> str:
    """The key of a new proposal to change the page."""
    newsroom.send(PAGE, newsroom.open(PAGE), "spara", **changed)
    return newsroom.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/heads/forslag/").strip()


def test_a_new_record_gets_its_id_its_file_and_its_state_by_buttons_alone(newsroom: Newsroom) -> None:
    values = newsroom.open(NEW)
    sent = {"titel": "Får jag elda?", "ingress": "Ja, ibland.", "svar": "Ja\tmed\u00a0tillstånd"}
    page = newsroom.send(NEW, values, "publicera", **sent)
    assert "Sparat och publicerat" in page
    assert 'status: publicerad\npublicerad: "2026-11-24 09:00"' in newsroom.read("fragor/far-jag-elda.md")
    assert "svar: Ja med tillstånd" in newsroom.read("fragor/far-jag-elda.md")
    newsroom.send(NEW, values, "publicera", **sent)  # a second click is no second record
    assert [path.name for path in (newsroom.town.content / "fragor").iterdir()] == ["far-jag-elda.md"]


def test_similar_titles_are_shown_before_a_second_record_is_made(newsroom: Newsroom) -> None:
    page = newsroom.send(
        "/redigera/ny/tjanster/", newsroom.open("/redigera/ny/tjanster/"), "kontrollera", titel="Bygglöv"
    )
    assert 'href="/redigera/tjanster/bygglov/"' in page


def test_a_draft_of_a_live_page_leaves_it_as_it_is_until_it_is_published(newsroom: Newsroom) -> None:
    newsroom.town.build()
    key = proposal(newsroom, vem="Du som ska bygga", läge="stängd")  # a draft may have problems
    assert "vem: Alla som bygger" in newsroom.read("tjanster/bygglov.md")
    page = newsroom.client.get(f"/redigera/plan/{key}/").text
    assert "fältet orsak saknas" in page
    address = f"{PAGE}?forslag={key}"
    newsroom.send(address, newsroom.open(address), "spara", läge="normal")
    page = newsroom.client.get(f"/redigera/plan/{key}/").text
    assert "Ändrad sida: /tjanster/bygglov/" in page
    newsroom.client.post(f"/redigera/plan/{key}/", {"gör": ["publicera"]})
    assert newsroom.changed_lines() == ["-vem: Alla som bygger", "+vem: Du som ska bygga"]
    assert newsroom.git("for-each-ref", "refs/heads/forslag/") == ""
    assert key in newsroom.git("for-each-ref", "refs/forslag-klara/")


def test_a_proposal_is_remarked_on_without_an_account_sent_back_and_approved(newsroom: Newsroom) -> None:
    key = proposal(newsroom, vem="Du")
    review = f"/redigera/plan/{key}/"
    newsroom.client.post(review, {"gör": ["granskning"]})
    link = (
        newsroom.client.post(review, {"gör": ["dela"]}).text.partition("/redigera/dela/")[2].partition('"')[0]
    )
    guest = newsroom.stranger()
    assert "<h1>Bygglov</h1>" in guest.get(f"/redigera/dela/{link}").text
    guest.post(f"/redigera/dela/{link}", {"namn": ["Eva"], "anmärkning": ["Skriv <b>vi</b>"]})
    assert "Skriv &lt;b&gt;vi&lt;/b&gt;" in newsroom.client.get(review).text
    newsroom.client.post(review, {"gör": ["tillbaka"], "anmärkning": ["Se Evas ord"]})
    assert "Skickat tillbaka" in newsroom.client.get(review).text
    newsroom.client.post(review, {"gör": ["godkänt"]})
    assert "Godkänt" in newsroom.client.get("/redigera/").text
    assert guest.get(f"/redigera/dela/0{link}").status_code == 404


def test_whoever_has_the_link_cannot_pass_a_remark_for_an_approval(newsroom: Newsroom) -> None:
    key = proposal(newsroom, vem="Du")
    review = f"/redigera/plan/{key}/"
    link = (
        newsroom.client.post(review, {"gör": ["dela"]}).text.partition("/redigera/dela/")[2].partition('"')[0]
    )
    newsroom.stranger().post(f"/redigera/dela/{link}", {"anmärkning": ["Bra\nSteg: godkänt\n"]})
    assert newsroom.proposals().find(key).state == "utkast"  # type: ignore[union-attr]


def test_a_link_leads_nowhere_after_a_week(newsroom: Newsroom) -> None:
    key = proposal(newsroom, vem="Du")
    shared = newsroom.client.post(f"/redigera/plan/{key}/", {"gör": ["dela"]}).text
    link = shared.partition("/redigera/dela/")[2].partition('"')[0]
    guest = newsroom.stranger()
    newsroom.town.now += timedelta(days=7, seconds=-1)
    assert guest.get(f"/redigera/dela/{link}").status_code == 200
    newsroom.town.now += timedelta(seconds=1)
    assert guest.get(f"/redigera/dela/{link}").status_code == 404


def test_a_new_page_may_be_published_now_and_shown_later(newsroom: Newsroom) -> None:
    later = {"senare.dag": "2026-12-01", "senare.kl": "08:00"}
    sent = {"titel": "Senare", "ingress": "Kort.", "svar": "Ja", **later}
    newsroom.send(NEW, newsroom.open(NEW), "publicera", **sent)
    assert 'publiceras_från: "2026-12-01 08:00"' in newsroom.read("fragor/senare.md")
    assert not newsroom.town.has("/fragor/senare/")
    assert "Senare" in newsroom.client.get("/redigera/kalender/").text


def test_two_people_on_one_page_choose_where_they_differ_and_nothing_is_lost(newsroom: Newsroom) -> None:
    mine, theirs = newsroom.open(PAGE), newsroom.open(PAGE)
    newsroom.send(PAGE, theirs, "publicera", vem="Hennes", hur="Ring oss")
    page = newsroom.send(PAGE, mine, "publicera", vem="Mitt", text="Ny text")
    assert "Hennes" in page
    assert "Mitt" in page
    assert "vem: Hennes" in newsroom.read("tjanster/bygglov.md")
    chosen = [*form_values(page), ("val.vem", "andras")]
    newsroom.send(PAGE, chosen, "publicera")
    text = newsroom.read("tjanster/bygglov.md")
    assert "vem: Hennes" in text
    assert "Ring oss" in text
    assert text.endswith("\nNy text\n")
    assert "<<<<" not in text


def test_an_older_version_is_taken_back_as_a_new_publication(newsroom: Newsroom) -> None:
    newsroom.send(PAGE, newsroom.open(PAGE), "publicera", vem="Fel", **{"slag!": "stor", "not!": "Ny"})
    page = newsroom.client.get(f"{PAGE}historik/").text
    assert "Alla som bygger" in page
    undo = page.partition("?version=")[2].partition('"')[0]
    newsroom.send(PAGE, form_values(newsroom.client.get(f"{PAGE}?version={undo}").text), "publicera")
    text = newsroom.read("tjanster/bygglov.md")
    assert "vem: Alla som bygger" in text
    assert "slag: stor" in text  # what was sent was sent


def test_a_page_that_is_taken_down_says_so_at_its_address(newsroom: Newsroom) -> None:
    newsroom.town.build()
    newsroom.client.post(f"{PAGE}dra-tillbaka/", {})
    assert "avpubliceras" not in newsroom.read("tjanster/bygglov.md")
    newsroom.client.post(f"{PAGE}dra-tillbaka/", {"säker": ["ja"]})
    assert 'avpubliceras: "2026-11-24 09:00"' in newsroom.read("tjanster/bygglov.md")
    assert "borttagen" in newsroom.town.page("/tjanster/bygglov/").lower()


def test_roles_are_enforced_on_the_server(newsroom: Newsroom) -> None:
    values = newsroom.open(PAGE)
    before = newsroom.git("rev-parse", "HEAD")
    newsroom.client.log_in("lokal-läsare")
    assert newsroom.client.post(PAGE, {"gör": ["spara"]}).status_code == 403
    assert newsroom.client.get("/redigera/larm/").status_code == 403
    newsroom.client.log_in("lokal-skribent")
    refused = newsroom.client.post(PAGE, {name: [value] for name, value in [*values, ("gör", "publicera")]})
    assert refused.status_code == 403
    assert newsroom.client.post(f"{PAGE}dra-tillbaka/", {"säker": ["ja"]}).status_code == 403
    assert newsroom.git("rev-parse", "HEAD") == before
    assert newsroom.stranger().get(PAGE).url.path == "/redigera/logga-in/"
