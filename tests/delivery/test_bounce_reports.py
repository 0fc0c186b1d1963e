"""Reports as mail servers write them: what says that an address is gone, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.bounces.parts import MAX_PARTS
from delivery.bounces.report import Report, read_report
from delivery.channels.email.enhanced_codes import Verdict
from delivery.channels.email.verp import return_path
from foundation.signed_links import leave_path, parse
from tests.subscriptions.sending import KEYS, NOW

ADDRESS = return_path(KEYS, "bevakningar@kommun.example", "kommun.example", 7)
LEAVE = leave_path(KEYS, 5, NOW)
GONE, STRIKE, OURS = Verdict.GONE, Verdict.STRIKE, Verdict.NOT_ITS_FAULT


def status(*lines: str, before: str = "", encoding: str = "7bit") -> bytes:
    """A bounce with these fields for its recipient, after ``before`` parts."""
    fields = "\n".join(lines)
    return f"""\
From: MAILER-DAEMON@mx.exempel.example
To: {ADDRESS}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="gr"

--gr
Content-Type: text/plain

Det gick inte.

{before}--gr
Content-Type: message/delivery-status
Content-Transfer-Encoding: {encoding}

Reporting-MTA: dns; mx.exempel.example

Final-Recipient: rfc822; nr1@exempel.example
{fields}

--gr--
""".encode()


def judged(raw: bytes) -> tuple[str, str, Verdict] | None:
    report = read_report(KEYS, raw)
    if report is None:
        return None
    assert report.delivery == 7
    return report.kind, report.code, report.judgement


def diagnosed(reported: str, diagnostic: str) -> tuple[str, str, Verdict] | None:
    return judged(status("Action: failed", f"Status: {reported}", f"Diagnostic-Code: {diagnostic}"))


@pytest.mark.parametrize(
    ("reported", "diagnostic", "code", "verdict"),
    [
        ("5.1.1", "smtp; 550 5.7.1 Service unavailable; client host blocked", "5.7.1", OURS),
        ("5.0.0", "smtp; 550-5.1.1 The email account does not exist", "5.1.1", GONE),
        ("5.0.0", "SMTP (remote); 550 5.1.1 nobody here", "5.1.1", GONE),
        ("5.0.0", "smtp; 552 #5.2.2 Quota", "5.2.2", STRIKE),
        ("5.1.0", "smtp; 5.1.0 - Unknown address error 550-'5.1.1 nobody here'", "5.1.1", GONE),
        ("5.1.1", "smtp; 452 4.2.2 The mailbox is full", "4.2.2", STRIKE),
        ("5.1.1", "smtp; 450 come back in an hour", "4.0.0", STRIKE),
        ("5.1.1", "x-unix; 5.7.1 of its own", "5.1.1", GONE),
        ("5.1.1", "smtp; 550 refused by 5.1.2.3", "5.1.1", GONE),
    ],
)
def test_the_servers_own_code_outranks_the_reporters(
    reported: str, diagnostic: str, code: str, verdict: Verdict
) -> None:
    assert diagnosed(reported, diagnostic) == ("bounce", code, verdict)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        *[(code, GONE) for code in ("5.1.1", "5.1.2", "5.1.10", "5.1.351", "5.4.4", "5.4.310")],
        *[(code, STRIKE) for code in ("5.2.1", "5.2.2", "5.4.1", "5.0.0", "5.1.0", "4.4.7", "4.2.2")],
        *[
            (code, OURS)
            for code in (
                "5.7.1",
                "5.7.25",
                "5.7.509",
                "4.7.0",
                "5.3.4",
                "5.2.3",
                "5.2.121",
                "5.2.122",
                "5.1.90",
                "5.1.8",
                "5.6.0",
            )
        ],
    ],
)
def test_a_code_without_words_says_gone_or_strike_or_our_own_fault(code: str, verdict: Verdict) -> None:
    assert judged(status("Action: failed", f"Status: {code}")) == ("bounce", code, verdict)


@pytest.mark.parametrize(
    ("diagnostic", "verdict"),
    [
        ("550 5.4.1 Recipient address rejected: Access denied. [AS(201806281)]", GONE),
        ("550 5.4.1 All recipients: host did not answer", STRIKE),
        ("550 User unknown", GONE),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", GONE),
        ("550 <nr1@exempel.example> is not a known user on this system", GONE),
        ("550 BAD_RECIPIENT", GONE),
        ("550 5.7.1 No such user", STRIKE),
        ("550 5.1.1 User's mailbox is full", STRIKE),
        ("552 The recipient has too many messages on the server", STRIKE),
        ("554 Blocked using the blocklist bl.exempel.example", OURS),
        ("554 Sending address not accepted due to spam filter", OURS),
        ("550 Requested action not taken: mailbox unavailable, rate limit exceeded", OURS),
        ("550 5.7.1 Too many messages, slow down", OURS),
        ("550 Invalid HELO, host not found", OURS),
        ("550 cannot find your reverse hostname; host unknown", OURS),
        ("550 Verification failed for <b@kommun.example>: Unrouteable address, sender verify failed", OURS),
        ("554 IP=192.0.2.1 - A problem occurred. (BL)", OURS),
        ("550-5.4.5 Daily SMTP relay limit exceeded", OURS),
        ("550 5.1.1 unsolicited mail from 192.0.2.1 refused", OURS),
        ("550 5.1.1 message rejected due to DMARC", OURS),
        ("550 5.1.1 recipient unknown, or your domain is on our blacklist", STRIKE),
        ("550 5.1.1 [SUSPEND] Mailbox currently suspended", STRIKE),
        ("550 5.1.1 Refused due to recipient preferences", STRIKE),
        ("550 5.1.2 User reject", STRIKE),
        ("550 5.1.1 Unknown user. Please contact postmaster", GONE),
    ],
)
def test_words_decide_where_the_code_is_vague_and_never_condemn_beside_a_soft_one(
    diagnostic: str, verdict: Verdict
) -> None:
    report = diagnosed("5.0.0", f"smtp; {diagnostic}")
    assert report is not None
    assert report[2] is verdict


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("failed (delivery failed)", "bounce"),
        ("(permanent) Failed", "bounce"),
        ("failed (it (nested) too)", "bounce"),
        ("failure", "bounce"),
        ("error", "bounce"),
        ("expired", "bounce"),
        ("delayed (once more)", "delay"),
        ("delivered", "delivered"),
        ("relayed", None),
        ("expanded", None),
    ],
)
def test_actions_are_read_with_comments_and_in_their_common_spellings(action: str, kind: str | None) -> None:
    code = "2.0.0" if kind == "delivered" else "5.1.1"
    report = read_report(KEYS, status(f"Action: {action}", f"Status: {code} (words)"))
    assert (report.kind if report else None) == kind


def test_a_failure_in_other_words_counts_with_a_permanent_code_only() -> None:
    assert judged(status("Action: expired", "Status: 4.4.7")) is None
    assert judged(status("Status: 5.1.1")) == ("bounce", "5.1.1", GONE)


def test_an_empty_first_status_part_is_passed_over() -> None:
    empty = "--gr\nContent-Type: message/delivery-status\n\n\n"
    assert judged(status("Action: failed", "Status: 5.1.1", before=empty)) == ("bounce", "5.1.1", GONE)


def test_of_several_recipients_one_who_was_reached_is_enough() -> None:
    two = ("Action: failed", "Status: 5.1.1", "", "Final-Recipient: rfc822; nr2@exempel.example")
    assert judged(status(*two, "Action: delivered", "Status: 2.0.0")) == ("delivered", "2.0.0", STRIKE)


def test_a_status_part_in_base64_is_read() -> None:
    from base64 import encodebytes

    raw = status(encoding="base64").decode()
    fields = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x\nAction: failed\nStatus: 5.1.1\n"
    begin = raw.index("Reporting-MTA")
    whole = raw[:begin] + encodebytes(fields.encode()).decode() + "\n--gr--\n"
    assert judged(whole.encode()) == ("bounce", "5.1.1", GONE)


def text(
    subject: str, body: str, sender: str = "MAILER-DAEMON@mx.exempel.example", back: str = "<>"
) -> bytes:
    head = f"Return-Path: {back}\nFrom: {sender}\nTo: {ADDRESS}\nSubject: {subject}\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()


@pytest.mark.parametrize(
    ("raw", "code", "verdict"),
    [
        (
            text("failure notice", "Hi. This is the qmail-send program.\n550 5.1.1 no such user"),
            "5.1.1",
            STRIKE,
        ),
        (text("Mail delivery failed", "Unrouteable address", back="<MAILER-DAEMON>"), "5.0.0", STRIKE),
        (
            text("Undeliverable: Vatten", "Unknown Recipient", "System <postmaster@x.example>"),
            "5.0.0",
            STRIKE,
        ),
        (text("Returned mail: see transcript", "550 nej", '"Mail Delivery Subsystem" <>'), "5.0.0", STRIKE),
        (text("Kunde inte levereras", "Mottagaren finns inte.", "Postmaster@x.example"), "5.0.0", STRIKE),
        (text("Returned mail: error", "The user is unknown.", "smtp-gw1@x.example"), "5.0.0", STRIKE),
        (text("Undelivered Mail", "after 5 days, delayed since: giving up"), "5.0.0", STRIKE),
        (text("Olevererbart: Fördröjd buss och semestertider", "Mottagaren finns inte."), "5.0.0", STRIKE),
        (
            text(
                "Undeliverable: Delayed",
                "Your message\n  Subject: Delayed, out of office\ndid not reach anybody.",
            ),
            "5.0.0",
            STRIKE,
        ),
        (
            text(
                "failure notice",
                "no mailbox here\n\n--- Below this line is a copy of the message.\n\nDelayed 5.7.1 spam",
            ),
            "5.0.0",
            STRIKE,
        ),
        (
            text("Mail System Error", "")
            .replace(b"utf-8", b"ISO-2022-JP")
            .replace(b"\n\n", b"\n\n\x1b$B$3\x1b(B disabled\n"),
            "5.0.0",
            STRIKE,
        ),
        (text("=?utf-8?b?a?=", "Undeliverable: user unknown"), "5.0.0", STRIKE),
        (text("Undelivered Mail", "Your host is blocked by a blocklist"), "5.0.0", OURS),
        (text("Undelivered Mail", "554 5.7.1 refused"), "5.7.1", OURS),
    ],
)
def test_a_bounce_in_words_counts_but_never_condemns_at_once(raw: bytes, code: str, verdict: Verdict) -> None:
    assert judged(raw) == ("bounce", code, verdict)


@pytest.mark.parametrize(
    "raw",
    [
        text("Warning: message delayed 24 hours", "It has not yet been delivered. No action is required."),
        text("Delayed Mail (still being retried)", "THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND."),
        text("Delivery Status Notification (Delay)", "Gmail will retry for 45 hours."),
    ],
)
def test_a_warning_of_delay_in_words_is_a_delay(raw: bytes) -> None:
    report = read_report(KEYS, raw)
    assert report is not None
    assert report.kind == "delay"


@pytest.mark.parametrize(
    "raw",
    [
        text("Autosvar: Vatten", "Jag är på semester.", "någon@exempel.example"),
        text("Out of office", "I cannot read your mail; it is not delivered.", "postmaster@x.example"),
        text("Automatiskt svar: Vatten", "Jag är föräldraledig.", "MAILER-DAEMON@x.example"),
        text("Re: Vatten", "Tack för ert mejl.", "någon@exempel.example"),
        text("Re: Vatten", "Vi kunde inte läsa det.", "postmaster@x.example", back="<postmaster2@x.example>")
        .replace(b"Return-Path: <postmaster2", b"Return-Path: <kontor"),
        text("Please confirm", "Confirm that you are a person to have your message delivered."),
        text("Undelivered Mail", "mail from you is pending: you are no approved sender"),
        status("Action: failed", "Status: 4.7.0", "Diagnostic-Code: x-notice; Sender not pre-approved."),
        status("Action: failed", "", "Diagnostic-Code: x-notice; Sender not pre-approved."),
        status("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550 Server requires confirmation"),
        text("Réponse automatique : Vatten", "Je suis en congé.", "postmaster@x.example"),
        text("Poissaoloilmoitus", "Olen lomalla.", "postmaster@x.example"),
        text("Vatten", "Jag är inte på kontoret den här veckan.", "postmaster@x.example"),
        b"Precedence: auto_reply\n" + text("Vatten", "Tack för mejlet.", "postmaster@x.example"),
        text("Read: Vatten", "Not read.").replace(b"text/plain", b"message/disposition-notification"),
    ],
)  # fmt: skip
def test_vacations_challenges_and_people_are_never_bounces(raw: bytes) -> None:
    assert read_report(KEYS, raw) is None


def test_the_envelopes_recipient_ties_a_bounce_whose_headers_do_not() -> None:
    raw = status("Action: failed", "Status: 5.1.1").replace(f"To: {ADDRESS}".encode(), b"To: undisclosed")
    assert read_report(KEYS, raw) is None
    assert read_report(KEYS, raw, ADDRESS) == Report(7, "bounce", "5.1.1")


def enclosed(
    *headers: str, kind: str = "message/rfc822", before: str = "", subject: str = "klagomål"
) -> bytes:
    lines = "\n".join(headers)
    return f"""\
From: staff@leverantor.example
To: klagomal@kommun.example
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="gr"

{before}--gr
Content-Type: {kind}

{lines}
Subject: Vatten

text
--gr--
""".encode()


FEEDBACK = "--gr\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
UNSUBSCRIBE = f"List-Unsubscribe: <https://www.kommun.example{LEAVE}>"


@pytest.mark.parametrize(
    "raw",
    [
        enclosed(UNSUBSCRIBE, before=FEEDBACK),
        enclosed(UNSUBSCRIBE.replace("<", "\n <"), before=FEEDBACK, kind="text/rfc822-headers"),
        enclosed("X-HmXmrOriginalRecipient: nr5@exempel.example", UNSUBSCRIBE),
        enclosed(UNSUBSCRIBE, subject="complaint about message from 192.0.2.1"),
    ],
)
def test_a_complaint_without_our_bounce_address_is_tied_by_the_link_to_leave(raw: bytes) -> None:
    leave = parse(LEAVE.rpartition("/")[2])
    assert leave is not None
    assert read_report(KEYS, raw) == Report(None, "complaint", "abuse", leave=leave)


@pytest.mark.parametrize(
    "raw",
    [
        enclosed(UNSUBSCRIBE, subject="Titta vad jag fick"),
        enclosed("X-HmXmrOriginalRecipient: nr5@exempel.example"),
        enclosed(UNSUBSCRIBE, before=FEEDBACK.replace("abuse", "not-spam")),
        enclosed("List-Unsubscribe: <https://annan.example/lamna/1>", before=FEEDBACK),
    ],
)
def test_what_is_no_complaint_or_not_about_us_is_none(raw: bytes) -> None:
    assert read_report(KEYS, raw) is None


PIECES = st.sampled_from(
    """\
Content-Type: multipart/report; boundary=a

--a
--a--
Content-Type: message/delivery-status
Content-Type: message/feedback-report
Content-Type: message/rfc822
Content-Type: text/plain; charset=å
Content-Type: text/html; charset*=x''y
Content-Type: ; boundary
Content-Transfer-Encoding: base64
Content-Transfer-Encoding: x-uuencode
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 (
Subject: =?utf-8?b?a?=
Subject: =?x?q?=FF?=
From: MAILER-DAEMON <>
Return-Path: <>
To: "
Feedback-Type:
List-Unsubscribe: </prenumerera/avsluta/1-2-3-4>
 folded
\udcff
""".splitlines(keepends=True)
)


@given(st.lists(PIECES, max_size=30))
def test_whatever_a_mail_is_made_of_it_is_read_or_said_nothing_of(pieces: list[str]) -> None:
    read_report(KEYS, f"To: {ADDRESS}\n{''.join(pieces)}".encode("utf-8", "surrogateescape"))


def nested(depth: int, kind: str) -> bytes:
    head = f"From: MAILER-DAEMON@x.example\nTo: {ADDRESS}\nReturn-Path: <>\nSubject: failure notice\n"
    if kind == "rfc822":
        return head.encode() + b"Content-Type: message/rfc822\n\n" * depth + b"Subject: x\n\nx"
    layers = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return (head + layers + "Content-Type: text/plain\n\nx\n").encode()


@pytest.mark.parametrize("kind", ["rfc822", "multipart"])
@pytest.mark.parametrize("depth", [MAX_PARTS - 1, MAX_PARTS * 2, 3_000, 30_000])
def test_a_bounce_within_bounces_without_end_is_read_as_far_as_its_headers(kind: str, depth: int) -> None:
    report = read_report(KEYS, nested(depth, kind))
    assert report is not None
    assert (report.delivery, report.kind) == (7, "bounce")


@pytest.mark.parametrize(
    "sign", [b"a", b"<", b"+studs-", b"(", b"Status: 5.1.1\n", b"=?utf-8?q?", b"5.1.", b"\n"]
)
def test_a_megabyte_of_one_sign_anywhere_is_read_and_said_nothing_of(sign: bytes) -> None:
    much = sign * (1_000_000 // len(sign))
    for raw in (much, b"To: " + much, b"Subject: " + much, b"From: postmaster@x.example\n\n" + much):
        assert read_report(KEYS, raw) is None
    read_report(KEYS, text("failure notice", "x").replace(b"\nx\n", b"\n" + much))
    read_report(KEYS, status("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; " + much.decode()))
