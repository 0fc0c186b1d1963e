"""The command ``cases`` serves the pages and does what an operator asks for."""

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from cases.casework import mail, people, receiving, rekey, watch
from cases.categories import FALLBACK
from cases.settings import CaseSettings, load_settings
from cases.web.app import create_app
from delivery.addresses import AddressError
from delivery.channels.email.addresses import normalise
from delivery.settings import DeliverySettings
from foundation import logs
from foundation.database import open_engine, read, write
from foundation.encryption import Keys
from foundation.environment_file import read_environment
from foundation.migrating import migrate_when_back
from foundation.outages import is_outage
from foundation.settings import SettingsError, load, load_part
from foundation.staff.settings import StaffSettings
from foundation.web.server import inherited_sockets, make_server

log = logging.getLogger(__name__)
MOST_MAIL = 25_000_000
"""Bytes of a mail that are read."""

PAUSE = 60.0
"""Seconds between two looks at the promises."""


def main(arguments: list[str] | None = None) -> int:
    """0: done; 1: not so; 2: a wrong setting or word."""
    given = _parser().parse_args(arguments)
    if given.env_file:
        os.environ.update(read_environment(Path(given.env_file).read_text(encoding="utf-8")))
    try:
        return int(given.run(load_part(DeliverySettings), load_settings(), given))
    except (SettingsError, AddressError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cases", description="Ärenden: någon svarar.")
    parser.add_argument("--env-file", metavar="FIL", help="läs inställningarna ur en fil")
    commands = parser.add_subparsers(required=True, metavar="KOMMANDO")
    serve = commands.add_parser("serve", help="visa sidorna, påminn och larma")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8051)
    serve.set_defaults(run=_serve)
    for name, run, about in (
        ("export", _export, "allt som är sparat om en e-postadress, som JSON"),
        ("erase", _erase, "ta bort det som en e-postadress har skrivit"),
    ):
        one = commands.add_parser(name, help=about)
        one.add_argument("address", metavar="ADRESS")
        one.set_defaults(run=run)
    commands.add_parser("mail", help="ta in ett mejl från standard in som ett ärende").set_defaults(run=_mail)
    retention = commands.add_parser("retention", help="gallra avslutade ärenden vars tid är ute")
    retention.add_argument("--archive", type=Path, metavar="MAPP", help="spara varje ärende där först")
    retention.set_defaults(run=_retention)
    commands.add_parser("rekey", help="lägg allt under den nyaste nyckeln").set_defaults(run=_rekey)
    return parser


@contextmanager
def _opened(shared: DeliverySettings) -> Iterator[Engine]:
    engine = open_engine(shared.database_url, shared.state_file)
    try:
        yield engine
    finally:
        engine.dispose()


def _serve(shared: DeliverySettings, own: CaseSettings, given: argparse.Namespace) -> int:
    """Until SIGTERM; what has begun is finished. Pages say so while the database is away."""
    logs.set_up()
    stop = Event()
    with _opened(shared) as engine:
        app = create_app(shared, own, engine, load(StaffSettings))
        server = make_server(app, given.host, given.port)
        migrate_when_back(engine, shared.database_url, stop, lambda: setattr(server, "should_exit", True))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        looking = Thread(target=keep_looking, args=(engine, shared, own, stop), name="promises")
        looking.start()
        try:
            server.run(inherited_sockets(os.environ, os.getpid()) or None)
        finally:
            stop.set()
            looking.join()
    return 0 if server.started else 1


def keep_looking(engine: Engine, shared: DeliverySettings, own: CaseSettings, stop: Event) -> None:
    """Remind and escalate, again and again; a pass that fails is logged and the next one tries anew."""
    keys = Keys(shared.secret_keys)
    while not stop.wait(PAUSE):
        try:
            watch.look(engine, keys, shared, own, datetime.now(UTC))
        except Exception as error:
            log.log(
                logging.WARNING if is_outage(error) else logging.ERROR, "no look at promises", exc_info=error
            )


def _export(shared: DeliverySettings, _: CaseSettings, given: argparse.Namespace) -> int:
    with _opened(shared) as engine, read(engine) as connection:
        found = people.export(connection, Keys(shared.secret_keys), normalise(given.address))
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0 if found else 1


def _erase(shared: DeliverySettings, _: CaseSettings, given: argparse.Namespace) -> int:
    email, keys = normalise(given.address), Keys(shared.secret_keys)
    with _opened(shared) as engine, write(engine) as connection:
        count = people.erase(connection, keys, email, "operator", datetime.now(UTC))
    print(f"{count} ärenden.")
    return 0 if count else 1


def _mail(shared: DeliverySettings, own: CaseSettings, _: argparse.Namespace) -> int:
    """0 also for what a machine has sent; 75 (try again later) where the database is away."""
    report = mail.read(sys.stdin.buffer.read(MOST_MAIL), FALLBACK)
    if report is None:
        return 0
    try:
        with _opened(shared) as engine, write(engine) as connection:
            receiving.receive(connection, Keys(shared.secret_keys), own, report, datetime.now(UTC))
    except SQLAlchemyError as error:
        print(f"Databasen svarar inte: {type(error).__name__}.", file=sys.stderr)
        return os.EX_TEMPFAIL
    return 0


def _retention(shared: DeliverySettings, own: CaseSettings, given: argparse.Namespace) -> int:
    if given.archive and not given.archive.is_dir():
        print(f"Mappen {given.archive} finns inte.", file=sys.stderr)
        return 2
    with _opened(shared) as engine:
        keys, now = Keys(shared.secret_keys), datetime.now(UTC)
        while gone := list(people.weed(engine, keys, own, now, given.archive)):
            print("\n".join(gone))
    return 0


def _rekey(shared: DeliverySettings, _: CaseSettings, __: argparse.Namespace) -> int:
    """1 where something can be opened with none of the keys."""
    with _opened(shared) as engine:
        counts = rekey.rekey(engine, Keys(shared.secret_keys))
    print(json.dumps(counts))
    return 1 if counts["unreadable"] else 0


if __name__ == "__main__":
    sys.exit(main())
