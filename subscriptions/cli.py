"""The command ``subscriptions`` serves, works, migrates, and does what an operator asks for."""

import argparse
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from prometheus_client import start_http_server
from sqlalchemy import Column, func, select
from sqlalchemy.exc import SQLAlchemyError

from delivery.tables import outbox
from foundation import database, logs
from foundation.encryption import Keys
from foundation.environment_file import read_environment
from foundation.settings import SettingsError
from foundation.upgrading import UpgradeError, upgrade
from foundation.web.server import make_server
from subscriptions.commands import held, people, serving, staff
from subscriptions.commands.held import QUEUE
from subscriptions.commands.opened import opened
from subscriptions.operations import bounce_taker, doctor, worker
from subscriptions.people import rekey, retention
from subscriptions.settings import Settings, load_settings
from subscriptions.tables import contacts as contacts_table
from subscriptions.tables import feeds, items
from subscriptions.web.app import create_app

log = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""A name that the environment takes: systemd leaves out the others."""

HELD_ID = f"postens nummer enligt held, eller {QUEUE}: allt som hålls efter en återläst säkerhetskopia"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0: it went well, 1: it did not, 2: not understood, or the settings are wrong.

    ``bounce`` says 75 instead (EX_TEMPFAIL of sysexits.h): the mail server keeps the message and tries again.
    """
    given = _parser().parse_args(arguments)
    by_mail_server = given.command is _bounce
    try:
        if given.env_file:
            _read_environment(given.env_file)
        settings = load_settings()
    except (SettingsError, OSError, UnicodeError) as error:
        print(f"Fel i inställningarna:\n{error}", file=sys.stderr)
        return os.EX_TEMPFAIL if by_mail_server else 2
    command: Callable[[Settings, argparse.Namespace], int] = given.command
    if command in (_serve, _work) and _unusable(settings):
        return 2
    try:
        return _said(command(settings, given))
    except BrokenPipeError:  # whoever read has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # flushed once more at the end
        return 1
    except UpgradeError as error:
        print(error, file=sys.stderr)
        return 1 if error.passes else 2
    except SQLAlchemyError as error:
        print(f"Databasen svarar inte som den ska: {type(error).__name__}.", file=sys.stderr)
        print("Kör subscriptions migrate om den är ny eller gammal.", file=sys.stderr)
        return os.EX_TEMPFAIL if by_mail_server else 1


def _read_environment(file: Path) -> None:
    """What the file says wins over what the environment says, as with systemd."""
    told = read_environment(file.read_bytes().decode())
    for name in [name for name in told if not NAME.fullmatch(name)]:
        print(f"{file}: {name!r} läses inte, för det är inget namn på en inställning.", file=sys.stderr)
        del told[name]
    os.environ.update(told)


def _unusable(settings: Settings) -> bool:
    """Tell of files that could not be written: better now than when they are needed."""
    faults = [found for found in doctor.check_files(settings) if found.grade is doctor.Grade.FAULT]
    for found in faults:
        print(f"Fel i inställningarna:\n{found.text}", file=sys.stderr)
    return bool(faults)


def _said(code: int) -> int:
    """Nothing is left unsaid that might still fail when the interpreter ends."""
    sys.stdout.flush()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="subscriptions", description="Bevakningar med e-post och sms.")
    env_help = "inställningarnas fil, läst som systemd läser den"
    parser.add_argument("--env-file", type=Path, metavar="FIL", help=env_help)
    commands = parser.add_subparsers(required=True, metavar="KOMMANDO")

    def add(
        name: str, does: Callable[[Settings, argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=does)
        return made

    serve = add("serve", _serve, "webbsidorna")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--with-worker", action="store_true", help="hämta och skicka i samma process")
    serve.add_argument("--static", type=Path, metavar="MAPP", help="visa den byggda webbplatsen också")
    work = add("worker", _work, "hämta flöden och skicka meddelanden")
    work.add_argument("--once", action="store_true", help="ett varv och sedan sluta")
    work.add_argument("--metrics-port", type=int, metavar="PORT", help="arbetarens mått, på METRICS_HOST")
    add("migrate", _migrate, "uppdatera databasens tabeller")
    add("held", held.held, "visa det som hålls för godkännande")
    add("approve", held.approve, "skicka något som hålls").add_argument("id", type=_held_id, help=HELD_ID)
    add("discard", held.discard, "skicka aldrig något som hålls").add_argument(
        "id", type=_held_id, help=HELD_ID
    )
    add("doctor", _doctor, "pröva allt som tjänsten behöver, och säg hur det är")
    add("stats", _stats, "antal i registret, kön och flödena")
    _add_address(add("export", people.export, "allt som är sparat om en adress"))
    _add_address(add("erase", people.erase, "glöm en adress helt"))
    _add_address(add("unsuppress", people.unsuppress, "häv spärren för en adress"))
    add("lmtp", _lmtp, "ta emot studsar och klagomål från e-postservern på BOUNCE_LMTP")
    bounce = add("bounce", _bounce, "läs en studs eller ett klagomål från standard in")
    bounce.add_argument("recipient", nargs="?", default="", metavar="MOTTAGARE", help="kuvertets mottagare")
    add("spare-code", staff.spare_code, "en reservkod för personalens inloggning, att lägga i ett kuvert")
    logout = add("staff-logout", staff.log_out, "logga ut personal överallt, genast")
    logout.add_argument("email", metavar="E-POST", nargs="?", default="", help="utan den: alla")
    add("retention", _retention, "glöm allt vars tid är ute")
    add("rekey", _rekey, "lägg allt under den nyaste nyckeln")
    return parser


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADRESS", nargs="?", help="utan den: frågar, på standard in")


def _held_id(word: str) -> int | None:
    """None: the whole queue."""
    return None if word == QUEUE else int(word)


def _serve(settings: Settings, given: argparse.Namespace) -> int:
    if given.static and not given.static.is_dir():
        print(f"Mappen {given.static} finns inte. Bygg webbplatsen först.", file=sys.stderr)
        return 2
    logs.set_up()
    settings.warn()
    with opened(settings) as engine:
        server = make_server(create_app(settings, engine, given.static), given.host, given.port)
        stop = Event()
        # uvicorn raises the signal anew when it has stopped; by then it must not end the worker's threads.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if not given.with_worker:
            return serving.serve_alone(server, settings.database_url, engine, stop)
        upgrade(settings.database_url)
        return serving.serve_and_work(server, worker.make(settings, engine), stop)


def _work(settings: Settings, given: argparse.Namespace) -> int:
    upgrade(settings.database_url)
    if given.metrics_port:
        start_http_server(given.metrics_port, settings.metrics_host)
    return 0 if worker.work(settings, once=given.once) else 1


def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    upgrade(settings.database_url)
    print("Databasen är uppdaterad.")
    return 0


def _doctor(settings: Settings, _: argparse.Namespace) -> int:
    """1 where something is wrong."""
    worst = 0
    for found in doctor.examine(settings):
        print(f"{found.grade.upper():8}{found.about}: {found.text}", flush=True)
        worst |= found.grade is doctor.Grade.FAULT
    return int(worst)


def _stats(settings: Settings, _: argparse.Namespace) -> int:
    """Numbers as JSON, for people and for scripts."""
    with opened(settings) as engine, database.read(engine) as connection:

        def count(*columns: Column[Any]) -> dict[str, int]:
            rows = connection.execute(select(*columns, func.count()).group_by(*columns))
            return {"/".join(str(part) for part in row[:-1]): row[-1] for row in rows}

        problems = select(feeds.c.url, feeds.c.problem).where(feeds.c.problem != "")
        numbers = {
            "contacts": count(contacts_table.c.channel, contacts_table.c.state),
            "messages": count(outbox.c.channel, outbox.c.state),
            "items": count(items.c.state),
            "feeds": connection.execute(select(func.count()).select_from(feeds)).scalar_one(),
            "feed_problems": {row.url: row.problem for row in connection.execute(problems)},
        }
    print(json.dumps(numbers, ensure_ascii=False, indent=2))
    return 0


def _bounce(settings: Settings, given: argparse.Namespace) -> int:
    """Called by the mail server for each message to the bounce addresses; 0, so that nothing bounces back."""
    keys = Keys(settings.secret_keys)
    with opened(settings) as engine:
        bounce_taker.take(engine, keys, sys.stdin.buffer.read(), given.recipient, datetime.now(UTC))
    return 0


def _lmtp(settings: Settings, _: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT; what has begun is finished."""
    if not settings.bounce_lmtp:
        print("SUBSCRIPTIONS_BOUNCE_LMTP saknas: var ska studsar tas emot?", file=sys.stderr)
        return 2
    logs.set_up()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keys = Keys(settings.secret_keys)
    with opened(settings) as engine:
        try:
            with bounce_taker.listening(settings.bounce_lmtp, engine, keys, lambda: datetime.now(UTC)):
                stop.wait()
        except OSError as error:
            print(f"Det går inte att lyssna på {settings.bounce_lmtp}: {error.strerror}.", file=sys.stderr)
            return 1
    return 0


def _retention(settings: Settings, _: argparse.Namespace) -> int:
    with opened(settings) as engine:
        print(json.dumps(retention.purge(engine, settings, datetime.now(UTC))))
    return 0


def _rekey(settings: Settings, _: argparse.Namespace) -> int:
    """1 where something can be opened with none of the keys."""
    with opened(settings) as engine:
        counts = rekey.rekey(engine, Keys(settings.secret_keys))
    print(json.dumps(counts))
    return 1 if counts["unreadable"] else 0


if __name__ == "__main__":
    sys.exit(main())
