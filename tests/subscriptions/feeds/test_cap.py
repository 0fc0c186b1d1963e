"""CAP in feeds, in every way that relays write it: only what is surely a real alert goes out as one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

import pytest
from sqlalchemy import Engine

from foundation import database
from foundation.encryption import Keys
from subscriptions.feeds import fetching
from subscriptions.feeds.feed import parse
from subscriptions.feeds.fetching import Answer
from subscriptions.model import Entry
from subscriptions.operations import watchdog
from tests.subscriptions.feeds.test_ingest import HOUR, NOW, World, cap
from tests.subscriptions.web_server import serve

OASIS = "urn:oasis:names:tc:emergency:cap:1.2"
WORDS = (
    "<{p}identifier>nr-2</{p}identifier><{p}sender>a@b.se</{p}sender><{p}status>Actual</{p}status>"
    "<{p}msgType>Cancel</{p}msgType><{p}scope>Public</{p}scope>"
    "<{p}references>a@b.se,nr-1,2026-03-01T00:00:00+01:00</{p}references>"
)
INFO = (
    "<{p}info>{language}<{p}event>Storm</{p}event><{p}severity>Severe</{p}severity>"
    "<{p}expires>2026-03-02T13:00:00+01:00</{p}expires><{p}headline>{headline}</{p}headline>"
    "<{p}description>Det blåser.</{p}description><{p}instruction>Gå inte ut.</{p}instruction>"
    "<{p}area><{p}areaDesc>{area}</{p}areaDesc></{p}area></{p}info>"
)


def info(p: str = "", language: str = "", headline: str = "Storm", area: str = "Norra") -> str:
    language = f"<{p}language>{language}</{p}language>" if language else ""
    return INFO.format(p=p, language=language, headline=headline, area=area)


def read(
    inside: str, start: str = "<feed xmlns='http://www.w3.org/2005/Atom'>", end: str = "</feed>"
) -> Entry:
    text = f"{start}<entry><id>1</id>{inside}</entry>{end}"
    (entry,) = parse(Answer("https://a.se/", text.encode(), "application/atom+xml", None, None)).entries
    return entry


@pytest.fixture(scope="module")
def client() -> Iterator[fetching.Client]:
    with fetching.open_client(30) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, client: fetching.Client) -> Iterator[World]:
    with serve() as site:
        yield World(engine, site, client)


@pytest.mark.parametrize(
    "name",
    [
        "msgType",
        "msgtype",
        "message_type",
        "messageType",
        "MSGTYPE",
        "msg_type",
        "message-type",
        "Message_Type",
    ],
)
@pytest.mark.parametrize("value", ["Cancel", "CANCEL", " cancel\n"])
def test_the_kind_of_message_is_read_however_a_relay_spells_it(name: str, value: str) -> None:
    alert = read(f"<c:{name} xmlns:c='{OASIS}'>{value}</c:{name}>").alert
    assert alert is not None
    assert alert.message_type == "Cancel"


@pytest.mark.parametrize(
    "namespace",
    [
        OASIS, OASIS.replace("1.2", "1.1"), OASIS.upper(), "urn:oasis:names:tc:emergency:cap:1.2:profile:x",
        "http://www.incident.com/cap/1.0",
    ],
)  # fmt: skip
def test_cap_is_known_by_its_namespace_whatever_the_version(namespace: str) -> None:
    alert = read(f"<x:status xmlns:x='{namespace}'>exercise</x:status>").alert
    assert alert is not None
    assert alert.status == "Exercise"


WHOLE = f"<alert xmlns='{OASIS}'>" + WORDS.format(p="") + info() + "</alert>"
PREFIXED = f"<cap:alert xmlns:cap='{OASIS}'>" + WORDS.format(p="cap:") + info("cap:") + "</cap:alert>"
BARE = WHOLE.replace(OASIS, "")
UNDECLARED = PREFIXED.replace(f" xmlns:cap='{OASIS}'", "")
ESCAPED = WHOLE.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("declaration", ["", "<?xml version='1.0'?>"])
def test_the_words_around_an_alert_in_a_text_are_the_entrys_own(declaration: str) -> None:
    entry = read(f"<summary><![CDATA[Koka vattnet. {declaration}{WHOLE} Ring oss.]]></summary>")
    assert entry.alert is not None
    assert entry.alert.identifier == "nr-2"
    assert entry.summary == "Koka vattnet. Ring oss."


@pytest.mark.parametrize(
    "inside",
    [
        f"<content type='application/cap+xml'>{WHOLE}</content>",
        f"<content type='text/xml'>{PREFIXED}</content>",
        f"<content type='application/xml'>{BARE}</content>",
        f"<content type='text'>{ESCAPED}</content>",
        f"<content type='html'>&lt;?xml version='1.0'?&gt; {ESCAPED}</content>",
        f"<content><![CDATA[{PREFIXED}]]></content>",
        f"<summary><![CDATA[{UNDECLARED}]]></summary>",
        WHOLE,
        PREFIXED,
        f"<x xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'><content>{WHOLE}</content></x>",
    ],
)
def test_a_whole_alert_is_found_wherever_it_stands(inside: str) -> None:
    entry = read(inside)
    alert = entry.alert
    assert alert is not None
    assert (alert.message_type, alert.status, alert.scope) == ("Cancel", "Actual", "Public")
    assert (alert.identifier, alert.references, alert.area) == ("nr-2", ("nr-1",), "Norra")
    assert (alert.severity, alert.instruction) == ("Severe", "Gå inte ut.")
    assert alert.expires == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert (entry.title, entry.summary) == ("Storm", "Det blåser.")


NUMBER = "4a9b3f6e-0d3c-4b34-9c7f-0a3a7b2d9f10"


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("a@b.se,nr-1,2026-03-01T00:00:00+01:00", ("nr-1",)),
        ("nr-0", ("nr-0",)),
        (f"a.se,{NUMBER},2026-03-01T00:00:00+01:00", (NUMBER, f"urn:uuid:{NUMBER}")),
        (f"a.se,{NUMBER}.1771,2026-03-01T00:00:00+01:00", (f"{NUMBER}.1771", f"urn:uuid:{NUMBER}")),
    ],
)
def test_a_reference_names_a_message_and_the_sites_records_too(
    reference: str, names: tuple[str, ...]
) -> None:
    alert = read(f"<c:references xmlns:c='{OASIS}'>{reference}</c:references>").alert
    assert alert is not None
    assert alert.references == names


@pytest.mark.parametrize(
    "parameter",
    [
        "Kort text.",
        "<c:valueName>sms</c:valueName><c:value>Kort text.</c:value>",
        "<c:valueName>annat</c:valueName><c:value>x</c:value></c:parameter><c:parameter>"
        "<c:valueName>sms</c:valueName><c:value>Kort text.</c:value>",
    ],
)
def test_the_text_of_the_sms_is_a_named_parameter(parameter: str) -> None:
    inside = f"<c:status>Actual</c:status><c:parameter>{parameter}</c:parameter>"
    assert read(inside, f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:c='{OASIS}'>").sms == "Kort text."


def test_an_rss_item_may_hold_cap_by_default_namespace() -> None:
    entry = parse(
        Answer(
            "https://a.se/",
            f"<rss version='2.0'><channel><title>x</title><item><guid>1</guid><title>Rubrik</title>"
            f"<description>Text</description>{WHOLE}</item><item><guid>2</guid><title>Två</title></item>"
            "</channel></rss>".encode(),
            "application/rss+xml",
            None,
            None,
        )
    ).entries
    first, second = entry
    assert (first.title, first.summary, first.alert and first.alert.message_type) == (
        "Rubrik",
        "Text",
        "Cancel",
    )
    assert (second.title, second.alert) == ("Två", None)


@pytest.mark.parametrize(
    ("languages", "best"),
    [
        (("en-GB", "sv-SE"), "sv-SE"),
        (("fi", "", "de"), ""),
        (("fi", "en", "SV"), "SV"),
        (("fi-FI", "de"), "fi-FI"),
    ],
)
def test_of_several_languages_the_readers_is_taken(languages: tuple[str, ...], best: str) -> None:
    infos = "".join(info(language=each, headline=f"På {each}", area=f"Område {each}") for each in languages)
    entry = read(
        f"<content type='text/xml'><alert xmlns='{OASIS}'>{WORDS.format(p='')}{infos}</alert></content>"
    )
    assert entry.alert is not None
    assert (entry.title, entry.alert.area) == (f"På {best}".strip(), f"Område {best}".strip())


def test_the_areas_of_all_infos_in_the_readers_language_are_told() -> None:
    infos = (
        info(language="sv", area="Norra")
        + info(language="en", area="North")
        + info(language="sv", area="Södra")
    )
    alert = read(f"<alert xmlns='{OASIS}'>{infos}</alert>").alert
    assert alert is not None
    assert alert.area == "Norra, Södra"


@pytest.mark.parametrize(
    ("status", "kind", "more", "state"),
    [
        ("Actual", "Alert", "", "released"),
        ("ACTUAL", "update", "<cap:scope>public</cap:scope>", "released"),
        ("Exercise", "Alert", "", "discarded exercise"),
        ("test", "Alert", "", "discarded exercise"),
        ("Draft", "Alert", "", "discarded exercise"),
        ("System", "Alert", "", "discarded exercise"),
        ("Actual", "Ack", "", "discarded exercise"),
        ("Actual", "Error", "", "discarded exercise"),
        ("Actual", "Alert", "<cap:scope>Restricted</cap:scope>", "discarded exercise"),
        ("Actual", "Alert", "<cap:scope>Internal</cap:scope>", "held unsure-alert"),
        ("Skarpt", "Alert", "", "held unsure-alert"),
        ("", "Alert", "", "held unsure-alert"),
        ("Actual", "", "", "held unsure-alert"),
        ("Actual", "Warning", "", "held unsure-alert"),
        ("Actual", "Alert", "<cap:msgType>Cancel</cap:msgType>", "held unsure-alert"),
        ("Actual", "Alert", "<cap:status>Test</cap:status>", "held unsure-alert"),
    ],
)
@pytest.mark.parametrize("path", ["/alla", "/kris"])
def test_only_what_is_surely_an_alert_and_real_is_sent_as_one(
    world: World, path: str, status: str, kind: str, more: str, state: str
) -> None:
    world.publish(("k", NOW, cap(NOW + HOUR, kind, status, more)), path=path)
    assert world.states()["k"] == state
    with database.read(world.engine) as connection:
        alarms = watchdog.look(connection, Keys(world.settings.secret_keys), world.settings, NOW)
    assert [alarm.kind for alarm in alarms].count("unsure-alert") == (state == "held unsure-alert")


@pytest.mark.parametrize(
    "more",
    [
        "<link rel='alternate' type='application/cap+xml' href='https://a.se/1.cap'/>",
        f"<content type='html'>&lt;alert xmlns='{OASIS}'&gt;&lt;status&gt;Exercise</content>",
        f"<content type='text/xml'><alert xmlns='{OASIS}'/></content>",
    ],
)
def test_an_alert_of_which_nothing_can_be_read_waits_for_somebody(world: World, more: str) -> None:
    world.publish(("k", NOW, more), path="/kris")
    assert world.states()["k"] == "held unsure-alert"


def test_a_crisis_text_without_cap_is_crisis_information(world: World) -> None:
    world.publish(("k", NOW, "<summary>&lt;b&gt;alert&lt;/b&gt;</summary>"), path="/kris")
    assert world.states()["k"] == "released"


def test_what_cap_says_is_not_read_as_the_entrys_own_words() -> None:
    theirs = f"<alert xmlns='{OASIS}'>{info()}<title>Deras</title></alert>"
    entry = read(f"<title>Min</title><summary>Text</summary>{theirs}")
    assert (entry.title, entry.summary) == ("Min", "Text")


@pytest.mark.parametrize(
    ("responses", "over"),
    [
        (["AllClear"], True),
        (["Monitor", "all_clear"], True),
        (["Monitor"], False),
        ([], False),
    ],
)
def test_an_update_with_an_all_clear_is_an_end(responses: list[str], over: bool) -> None:
    told = "".join(f"<cap:responseType>{word}</cap:responseType>" for word in responses)
    start = f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:cap='{OASIS}'>"
    alert = read(f"{cap(NOW, 'Update')}{told}", start).alert
    assert alert is not None
    assert alert.is_end is over
    assert not alert.is_cancel


def test_one_danger_that_is_over_does_not_end_another() -> None:
    clear = info().replace("<event>", "<responseType>AllClear</responseType><event>")
    words = WORDS.format(p="").replace("Cancel", "Update")
    for infos, over in ((clear, True), (clear + clear, True), (clear + info(), False)):
        alert = read(f"<content><alert xmlns='{OASIS}'>{words}{infos}</alert></content>").alert
        assert alert is not None
        assert alert.is_end is over


@pytest.mark.parametrize(
    "inside",
    [
        "<content type='application/cap+xml' src='https://a.se/1.cap'/>",
        "<content type='application/cap+xml'>PGFsZXJ0Lz4=</content>",
        "<link rel='alternate' type='application/common-alerting-protocol+xml' href='https://a.se/1'/>",
    ],
)
def test_a_cap_file_that_is_not_read_here_is_an_alert_of_which_nothing_is_known(inside: str) -> None:
    alert = read(inside).alert
    assert alert is not None
    assert not alert.is_actual


def test_cap_that_is_escaped_twice_is_read() -> None:
    text = escape(
        escape(f"<alert xmlns='{OASIS}'>{WORDS.format(p='').replace('Actual', 'Exercise')}</alert>")
    )
    alert = read(f"<content type='html'>{text}</content>").alert
    assert alert is not None
    assert (alert.status, alert.message_type) == ("Exercise", "Cancel")


@pytest.mark.parametrize("tag", ["swe", "sv_SE", "SV-fi"])
def test_swedish_is_known_by_all_its_tags(tag: str) -> None:
    infos = info(language="fi", headline="Myrsky") + info(language=tag, headline="Storm")
    words = WORDS.format(p="")
    assert read(f"<content><alert xmlns='{OASIS}'>{words}{infos}</alert></content>").title == "Storm"


@pytest.mark.parametrize(
    "inside",
    [
        f"<c:alert xmlns:c='{OASIS}' msgType='Cancel' status='Exercise'/>",
        "<alert message_type='Cancel' status='Exercise'/>",
        f"<c:msgType xmlns:c='{OASIS}' value='Cancel'/><c:status xmlns:c='{OASIS}' value='Exercise'/>",
        f"<content xmlns:c='{OASIS}' c:msgType='Cancel' c:status='Exercise'>Koka</content>",
        "<msgType>Cancel</msgType><status>Exercise</status>",
        "<w:msgType xmlns:w='https://a.se/w'>Cancel</w:msgType><w:status xmlns:w='https://a.se/w'>"
        "Exercise</w:status>",
        "<summary>&lt;alert msgType='Cancel' status='Exercise'/&gt;</summary>",
    ],
)
def test_values_as_attributes_and_a_kind_in_a_namespace_of_its_own_are_read(inside: str) -> None:
    alert = read(inside).alert
    assert alert is not None
    assert (alert.message_type, alert.status) == ("Cancel", "Exercise")


@pytest.mark.parametrize(
    "inside",
    [
        f"<c:msgType xmlns:c='{OASIS}'/>",
        f"<c:info xmlns:c='{OASIS}'/>",
        "<link rel='enclosure' href='https://a.se/12.cap?x=1'/>",
        "<link rel='alternate' type='text/xml' href='https://a.se/varning.CAP.xml'/>",
    ],
)
def test_cap_that_says_nothing_that_is_read_is_an_alert_of_which_nothing_is_known(inside: str) -> None:
    alert = read(inside).alert
    assert alert is not None
    assert not alert.is_actual


def test_a_status_of_something_else_and_an_address_that_only_sounds_so_are_no_cap() -> None:
    assert read("<status>Exercise</status><link href='https://a.se/ice.cap/x'/>").alert is None
