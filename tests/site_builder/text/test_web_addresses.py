"""An address that leads through others, to a sign-in, or gives one away is told; open ones are not."""

import pytest

from site_builder.text.web_addresses import fault


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://www.google.com/url?q=https%3A%2F%2Fx.se&sa=D", "wrapped-address"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.se", "wrapped-address"),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fx.se", "wrapped-address"),
        ("https://protect-eu.mimecast.com/s/abc", "wrapped-address"),
        ("https://translate.google.com/translate?sl=sv&u=https://x.se", "wrapped-address"),
        ("https://bit.ly/abc", "wrapped-address"),
        ("https://lnkd.in/abc", "wrapped-address"),
        ("https://outlook.office365.com/owa/x", "inside-address"),
        ("https://kommunen.sharepoint.com/:w:/r/x", "inside-address"),
        ("https://docs.google.com/document/d/abc/edit", "inside-address"),
        ("https://x..se/", "invalid-url"),
        ("https://.x.se/", "invalid-url"),
        ("https://namn:hemligt@x.se/", "secret-in-address"),
        ("https://x.se/sida;jsessionid=AB12?x=1", "secret-in-address"),
        ("https://x.se/?Token=abc", "secret-in-address"),
        ("https://x.se/?fbclid=abc", "tracking-address"),
        ("mailto://namn@x.se", "invalid-email"),
    ],
)
def test_what_leads_astray_or_gives_something_away_is_told(address: str, code: str) -> None:
    found = fault(address)
    assert found is not None
    assert found.code == code


def test_the_hint_is_the_address_inside() -> None:
    found = fault("https://www.google.com/url?q=https%3A%2F%2Fx.se%2Fsida&sa=D")
    assert found is not None
    assert found.hint == "Länka till https://x.se/sida."


@pytest.mark.parametrize(
    "address",
    [
        "https://forms.office.com/e/abc",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting",
        "https://docs.google.com/forms/d/e/abc/viewform",
        "https://www.google.com/maps?q=torget",
        "https://www.facebook.com/kommunen",
        "https://x.se/sok?q=token&u=1",
        "https://x.se/?utm_source=nyhetsbrev",
        "https://x.se/a@b/",
        "mailto:namn@x.se?subject=Hej%20hej",
    ],
)
def test_what_is_open_to_all_is_let_be(address: str) -> None:
    assert fault(address) is None
