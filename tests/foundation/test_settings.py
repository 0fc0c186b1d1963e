"""A setting is right, or it stops the start and says why."""

from typing import Any

import pytest

from foundation.settings import PREFIX, SettingsError
from subscriptions.settings import Settings, load_settings

PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "database_url": "sqlite:////srv/data/subscriptions.sqlite3",
    "secret_keys": "k" * 32,
    "public_url": "https://www.kommun.example",
    "smtp_url": "smtp://bevakning:Hemligt@smtp.kommun.example:587",
    "sender_email": "bevakning@kommun.example",
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of production by way of the environment, changed as asked; what is refused is its text."""

    def tell(**changes: str | None) -> Settings | str:
        for name, value in (PRODUCTION | changes).items():
            if value is not None:
                monkeypatch.setenv(PREFIX + name.upper(), value)
        try:
            return load_settings()
        except SettingsError as error:
            return str(error)

    return tell


def test_settings_of_production_are_taken(told: Any) -> None:
    assert isinstance(told(), Settings)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SUBSCRIPTIONS_CRISIS_FEED_URL", "SUBSCRIPTIONS_CRISIS_FEED_URLS"),
        ("SUBSCRIPTIONS_TRUSTED_PROXY", "SUBSCRIPTIONS_TRUSTED_PROXIES"),
        ("SUBSCRIPTIONS_QUIET_HOUR", "SUBSCRIPTIONS_QUIET_HOURS"),
        ("SUBSCRIPTIONS_STATEFILE", "SUBSCRIPTIONS_STATE_FILE"),
        ("subscriptions_smpt_url", "SUBSCRIPTIONS_SMTP_URL"),
        ("SUBSCRIPTION_FEED_URLS", "SUBSCRIPTIONS_FEED_URLS"),
        ("SUBSCRIPTONS_FEED_URL", "SUBSCRIPTIONS_FEED_URLS"),
    ],
)
@pytest.mark.parametrize("value", ["x", ""])
def test_a_misspelt_name_is_refused_with_what_may_have_been_meant(
    name: str, meant: str, value: str, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert told() == f"{name}: inställningen finns inte; menade du {meant}?"


def test_a_name_that_is_like_no_other_is_refused_too(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBSCRIPTIONS_COLOUR", "blue")
    assert told() == "SUBSCRIPTIONS_COLOUR: inställningen finns inte"


@pytest.mark.parametrize("name", ["SUBSCRIPTION_ID", "FEED_URLS", "PRESCRIPTIONS_FEED", "SUBSCRIPTIONS"])
def test_what_other_programs_are_told_is_no_fault_of_ours(
    name: str, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    assert isinstance(told(), Settings)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("smtp_url", "smtp://smtp.kommun.example?startls=no", "menade du starttls?"),
        ("smtp_url", "smtp://smtp.kommun.example?tls=no", "bara starttls"),
        ("smtp_url", "smtp://smtp.kommun.example?starttls", "require, optional eller no"),
        ("smtp_url", "smtp://smtp.kommun.example?starttls=", "require, optional eller no"),
        ("smtp_url", "smtp://smtp.kommun.example?starttls=no&starttls=require", "två gånger"),
        ("trusted_proxies", "banan", "'banan'"),
        ("trusted_proxies", "127.0.0.1 localhost", "'localhost'"),
        ("trusted_proxies", "*", "'*'"),
        ("trusted_proxies", "0.0.0.0/0", "litar på alla"),
        ("trusted_proxies", "::/0", "litar på alla"),
        ("trusted_proxies", "10.0.0.7/24", "menade du 10.0.0.0/24"),
        ("bounce_domain", "studs@kommun.example", "inget domännamn"),
        ("bounce_domain", "studs kommun.example", "inget domännamn"),
        ("bounce_domain", "https://studs.kommun.example", "inget domännamn"),
        ("sender_email", None, "SENDER_EMAIL saknas"),
        ("sender_email", "", "SENDER_EMAIL saknas"),
        ("sender_email", "bevakning@localhost", "SENDER_EMAIL saknas"),
        ("sender_email", "Kommunen <bevakning@kommun.example>", "ingen e-postadress"),
        ("canary_email", "@localhost", "ingen e-postadress"),
        ("public_url", None, "PUBLIC_URL saknas"),
        ("public_url", "", "PUBLIC_URL saknas"),
        ("public_url", "www.kommun.example", "ska börja med https://"),
        ("public_url", "https://www.kommun.example:port", "ingen webbadress"),
        ("public_url", "https://www.kommun.example/prenumerera/", "början"),
        ("public_url", "https://namn@www.kommun.example", "användare"),
        ("database_url", "mysql://kommun.example/x", "postgresql://"),
        ("database_url", "sqlite://", "sqlite:////hela/vägen/fil"),
        ("database_url", "sqlite:///:memory:", "sqlite:////hela/vägen/fil"),
        ("database_url", "postgresql://u:Hem/ligt@kommun.example:x/y", "%2F"),
        ("database_url", "postgresql://u:Hemligt@db:99999/x", "postgresql://användare"),
        ("database_url", "postgresql://u:Hemligt@db/x?sslmod=verify-full", "menade du sslmode?"),
        ("database_url", "postgresql://u:Hemligt@db/x?sslmode=verify_full", "verify-full"),
        ("database_url", "postgresql://u:Hemligt@db/x?connect_timeout=5s", "utan enhet"),
        ("database_url", "sqlite:////srv/x?mode=ro", "frågetecken"),
        ("public_url", "https://www kommun.example", "kan inte finnas"),
        ("public_url", "https://www,kommun.example", "kan inte finnas"),
        ("public_url", "https://www..kommun.example", "kan inte finnas"),
        ("public_url", "https://www.kommun.example.", "kan inte finnas"),
        ("shell_url", "http://namn:Hemligt@kommun.example:port/", "loggen"),
        ("feed_urls", "https://u:Hemligt@a.example/x.atom", "loggen"),
        ("feed_urls", "https://a.example/x https://a.example/y https://a.example/x", "två gånger"),
        ("feed_urls", "https://a.example/x;https://a.example/y", "två adresser"),
        ("crisis_feed_urls", "https://a.example/k https://A.example/k", "två gånger"),
        ("trusted_proxies", "0.0.0.0/1 128.0.0.0/1", "litar på alla"),
        ("limits", "sms-hour=2000 sms-hour=5", "står två gånger"),
        ("limits", "sms-hour=٢٠٠", "sms-hour=500"),
        ("bounce_lmtp", "http://127.0.0.1:8024", "värd:port"),
        ("bounce_lmtp", "127.0.0.1:8024,127.0.0.1:8025", "värd:port"),
        ("bounce_lmtp", "::1:8024", "[::1]:8024"),
        ("bounce_lmtp", "127.0.0.1:٨٠٢٤", "värd:port"),
        ("smtp_url", "smtp://smtp kommun.example", "ska se ut som"),
        ("smtp_url", "smtp://bevakning@smtp.kommun.example", "inget lösen"),
        ("smtp_url", "smtps://smtp.kommun.example?starttls=no", "hör till smtp://"),
        ("smtp_timeout", "60s", "utan enhet"),
        ("smtp_timeout", "1_0", "utan enhet"),
        ("smtp_timeout", "-1", "ska vara större än 0"),
        ("feed_max_bytes", "10MB", "utan enhet"),
        ("feed_max_bytes", "99999999999999999999", "högst 100000000"),
        ("hold_above", "4.0", "heltal"),
        ("email_rate", "-5", "minst 0"),
        ("email_rate", "0.0000001", "obegränsat"),
        ("sms_rate", "20/s", "utan enhet"),
        ("poll_interval", "1h", "POLL_INTERVAL ska vara kortare än SUBSCRIPTIONS_WATCHDOG_SILENT_FEED"),
        ("crisis_poll_interval", "5m", "kortare än SUBSCRIPTIONS_WATCHDOG_SILENT_CRISIS_FEED"),
        ("crisis_lifetime", "10m", "LEASE ska vara kortare än SUBSCRIPTIONS_CRISIS_LIFETIME"),
        ("retention", "1d", "MESSAGE_LIFETIME ska vara kortare än SUBSCRIPTIONS_RETENTION"),
        ("twilio_account_sid", "AC123", "32"),
        ("lease", "30s", "LEASE ska vara längre än SUBSCRIPTIONS_SMTP_TIMEOUT"),
        ("canary_confirms", "ja", "CANARY_EMAIL behövs"),
        ("canary_confirms", "kanske", "ska vara ja eller nej"),
        ("demonstration", "sant", "ska vara ja eller nej"),
        ("environment", "prod", "ska vara 'development' eller 'production'"),
        ("smtp_connections", "fyra", "ska vara ett heltal"),
        ("smtp_connections", "0", "ska vara minst 1"),
        ("smtp_connections", "51", "ska vara högst 50"),
        ("smtp_timeout", "0", "ska vara större än 0"),
        ("email_rate", "nan", "ska vara ett tal"),
        ("email_rate", "inf", "ska vara ett tal"),
        ("email_rate", "1,5", "punkt"),
        ("digest_time", "halv åtta", "klockslag"),
        ("digest_time", "07:30Z", "svensk tid"),
        ("retention", "3 månader", "60s, 15m, 48h eller 7d"),
        ("retention", "0d", "längre än noll"),
        ("retention", "999999999999d", "högst hundra år"),
        ("retention", "99999999999999999999d", "60s"),
        ("site_name", "Kommunen\r\nBcc: x@kommun.example", "U+000D"),
        ("site_name", "Kom\u200bmunen", "U+200B"),
    ],
)
def test_a_wrong_value_is_refused_in_swedish(name: str, value: str | None, why: str, told: Any) -> None:
    text = told(**{name: value})
    assert isinstance(text, str), text
    assert why in text
    assert name.upper() in text
    assert "Hem" not in text
    assert "ligt" not in text


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("trusted_proxies", "127.0.0.1, 10.0.0.0/24 ::1", ["127.0.0.1", "10.0.0.0/24", "::1"]),
        ("smtp_url", "smtps://smtp.kommun.example", "smtps://smtp.kommun.example"),
        ("bounce_domain", "Studs.Kommun.example", "studs.kommun.example"),
        ("bounce_domain", "studs.älvköping.example", "studs.xn--lvkping-4wa9n.example"),
        ("public_url", "https://www.kommun.example/", "https://www.kommun.example"),
        ("public_url", "HTTPS://WWW.Kommun.example", "https://www.kommun.example"),
        ("public_url", "https://www.älvköping.example", "https://www.älvköping.example"),
        ("feed_urls", "http://127.0.0.1:8000/a http://[::1]/A", ["http://127.0.0.1:8000/a", "http://[::1]/A"]),
        ("bounce_lmtp", "[::1]:8024", "[::1]:8024"),
        ("bounce_lmtp", "medborgarfokus-bounces:8024", "medborgarfokus-bounces:8024"),
        ("crisis_feed_urls", "Inga", []),
        ("smtp_timeout", "1e2", 100.0),
        ("site_name", "  Älvköpings kommun ", "Älvköpings kommun"),
        ("feed_urls", "https://a.example/x\n https://b.example/y", ["https://a.example/x", "https://b.example/y"]),
    ],
)  # fmt: skip
def test_a_right_value_is_taken(name: str, value: str, kept: Any, told: Any) -> None:
    settings = told(**{name: value})
    assert isinstance(settings, Settings), settings
    assert getattr(settings, name) == kept


@pytest.mark.parametrize(
    ("name", "value", "warned"),
    [
        ("database_url", "postgresql://u:p@db.kommun.example/x", "verify-full"),
        ("database_url", "postgresql://u:p@db.kommun.example/x?sslmode=require", "verify-full"),
        ("database_url", "postgresql://u:p@db.kommun.example/x?sslmode=verify-full", ""),
        ("database_url", "postgresql://u:p@127.0.0.1/x", ""),
        ("database_url", "postgresql:///x?host=/run/postgresql", ""),
        ("smtp_url", "smtp://smtp.kommun.example:465", "smtps://"),
        ("smtp_url", "smtps://smtp.kommun.example:587", "starttls=require"),
        ("smtp_url", "smtps://smtp.kommun.example", ""),
    ],
)
def test_what_is_seldom_meant_is_warned_of(name: str, value: str, warned: str, told: Any) -> None:
    texts = [text for text in told(**{name: value}).warnings() if text.startswith(PREFIX + name.upper())]
    assert (warned in texts[0]) if warned else (texts == [])


def test_everything_that_is_wrong_is_told_at_once(told: Any) -> None:
    lines = told(smtp_url="", sender_email="", public_url="", secret_keys="").splitlines()
    assert [line.split()[0].removeprefix(PREFIX) for line in lines] == [
        "SECRET_KEYS", "PUBLIC_URL", "SMTP_URL", "SENDER_EMAIL",
    ]  # fmt: skip


def test_secrets_do_not_stand_in_what_settings_print(told: Any) -> None:
    settings = told(database_url="postgresql://u:Hemligt@db/x", twilio_auth_token="Hemligt")
    assert "Hemligt" not in repr(settings)
    assert "k" * 32 not in repr(settings)


def test_no_crisis_feed_is_warned_of_until_it_is_said_to_be_meant(told: Any) -> None:
    forgotten = told()
    assert forgotten.lacks_crisis_feed
    assert any("CRISIS_FEED_URLS" in text for text in forgotten.warnings())
    meant = told(crisis_feed_urls="inga")
    assert meant.crisis_feed_urls == []
    assert not meant.lacks_crisis_feed
    assert not any("CRISIS_FEED_URLS" in text for text in meant.warnings())
