"""The command `site-builder` is read and answered here."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from site_builder import config as settings
from site_builder.content import BY_FOLDER
from site_builder.content.fields import STOCKHOLM
from site_builder.editing.report import report
from site_builder.problems import has_errors
from site_builder.publishing import build_metrics
from site_builder.publishing.build import CACHE, Live, Options, Result, build, no_collection, read
from site_builder.publishing.manifest import ManifestError
from site_builder.publishing.publish import PublicationError
from site_builder.reading.load import Tell, no_tell
from site_builder.site import sms_messages
from site_builder.site.due import due
from site_builder.text.counts import counted


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 1 when problems stop publication."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(words).parse_args(words)
    options.now = datetime.now(UTC)
    roots = [Path(root) for root in getattr(options, "content", None) or ["content"]]
    missing = [str(root) for root in roots if not root.is_dir()]
    if missing:
        print(f"Mappen {', '.join(missing)} finns inte. Ange den med --content.", file=sys.stderr)
        return 1
    try:
        return int(options.run(options, roots))
    except (ManifestError, PublicationError, settings.ConfigError) as failure:
        print(failure, file=sys.stderr)
        return 1


@no_collection()
def _check(options: argparse.Namespace, roots: list[Path]) -> int:
    if options.fix:
        _fix(roots)
    published = Path(options.published or Options(roots, Path("site"), options.now).manifest)
    site, _, problems = read(
        roots, options.now, config=_config(options), tell=_progress(), published=published
    )
    if options.format == "text":
        print(*(f"{line}\n" for line in sms_messages.counts(site)), sep="", end="")
    print(report(problems, options.format, len(site.all)), flush=True)
    site.content.save()
    return int(has_errors(problems))


def _fix(roots: list[Path]) -> None:
    from site_builder.editing.fixes import fix_file

    for root in roots:
        for path in sorted(root.rglob("*.md")):
            if path.parent != root and not path.is_symlink() and fix_file(path):
                print(f"Rättad: {path}")


def _new(options: argparse.Namespace, roots: list[Path]) -> int:
    from site_builder.editing.new import find_type, new_record

    model = find_type(options.type)
    if model is None:
        print(f"Typen ”{options.type}” finns inte. Välj {', '.join(BY_FOLDER)}.", file=sys.stderr)
        return 1
    name, text = new_record(model, options.title, options.now.astimezone(STOCKHOLM), str(uuid4()))
    path = roots[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        print(f"{path} finns redan. Välj en annan titel, eller ändra i den.", file=sys.stderr)
        return 1
    print(f"{path}\nFyll i den, och kör sedan: site-builder check")
    return 0


def _mv(options: argparse.Namespace, roots: list[Path]) -> int:
    from site_builder.editing.rename import RenameError, rename
    from site_builder.editing.rename_asset import is_asset, rename_asset

    site, _, _ = read(roots, options.now)
    old, new = Path(options.old), Path(options.new)
    new = old.with_name(options.new) if new.name == options.new else new
    try:
        mended, left = (rename_asset(site, old, new), []) if is_asset(site, old) else rename(site, old, new)
    except (RenameError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    for file in mended:
        print(f"Rättad: {file}")
    for place in left:
        print(f"Rätta själv: {place} nämner det gamla namnet.", file=sys.stderr)
    return 0


def _examples(options: argparse.Namespace, _: list[Path]) -> int:
    from site_builder.editing.examples import write_examples

    for path in write_examples(Path(options.folder), options.now):
        print(Path(options.folder, path))
    return 0


def _schema(options: argparse.Namespace, _: list[Path]) -> int:
    from site_builder.editing.schema import schemas

    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)
    return 0


@no_collection()
def _build(options: argparse.Namespace, roots: list[Path]) -> int:
    if options.override_notice and not options.reason.strip():
        print("Skriv varför anslaget ska bort, med --reason. Det loggas.", file=sys.stderr)
        return 1
    success = None
    try:
        success = _publish(options, roots)
    finally:  # also where it ends in an error of ours
        if options.metrics:
            build_metrics.write(Path(options.metrics), datetime.now(UTC), success)
    return int(success is None)


def _publish(options: argparse.Namespace, roots: list[Path]) -> build_metrics.Success | None:
    """Build and index; None where something could not be published."""
    wanted = Options(
        roots,
        Path(options.site),
        options.now,
        Path(options.published) if options.published else None,
        options.full,
        options.strict,
        (options.override_notice, options.reason) if options.override_notice else None,
        config=_config(options),
    )
    result = build(wanted, _progress(), _live(options.site, served=options.published is not None), _wait)
    if has_errors(result.problems, strict=options.strict):
        print(report(result.problems, "text", None))
        print(_stopped(result), file=sys.stderr)
        return None
    if not options.no_search and not _index(wanted.site):
        return None
    if wanted.config and not (wanted.config.security_contact or wanted.config.demonstration):
        print("security_contact är inte ifylld: ingen får veta vart svagheter anmäls.", file=sys.stderr)
    return build_metrics.Success(result.due, result.seconds, result.files, len(result.problems))


def _config(options: argparse.Namespace) -> settings.Config:
    return settings.read(own=Path(options.config) if options.config else None)


def _live(site: str, *, served: bool) -> Live:
    def live(result: Result) -> None:
        counts = f"{counted(result.files, 'fil', 'filer')}, {counted(result.changed, 'ändrad', 'ändrade')}"
        done = "Publicerat" if served else "Byggt"
        print(f"{done} efter {result.seconds:.2f} s: {counts}, i mappen {Path(site)}/", flush=True)
        print(*filter(None, [result.reach, "" if served else _where(site)]), sep="\n", flush=True)

    return live


def _where(site: str) -> str:
    """What somebody should know who builds on a machine of their own, where nobody serves the folder."""
    return (
        f"Det här är din egen mapp, {Path(site).absolute()}: invånarna ser den inte. "
        "Servern publicerar, när din ändring har kommit dit (git push)."
    )


def _stopped(result: Result) -> str:
    if not result.changed:
        return "Inget publicerades; den förra webbplatsen är orörd."
    return (
        f"BARA DRIFTINFORMATIONEN PUBLICERADES ({counted(result.changed, 'ändrad fil', 'ändrade filer')}). "
        "Resten av webbplatsen är som den var, tills felen ovan är rättade."
    )


def _wait() -> None:
    print(
        "Ett annat bygge av samma webbplats pågår. Väntar tills det är klart …", file=sys.stderr, flush=True
    )


def _index(site: Path) -> bool:
    """The search follows the pages, which are live by now. False where it could not be made."""
    from site_builder.publishing import search  # lxml, 20 ms: not before the pages are live

    try:
        if search.index(site, CACHE):
            print("Sökindexet är nytt.")
    except search.SearchError as failure:
        print(failure, file=sys.stderr)
        return False
    return True


def _serve(options: argparse.Namespace, roots: list[Path]) -> int:
    from site_builder.editing.preview import serve

    return serve(roots, options.port)


def _due(options: argparse.Namespace, roots: list[Path]) -> int:
    site, _, _ = read(roots, options.now, config=_config(options))
    moment = due(site)
    if moment is None:
        print("Inget i innehållet börjar eller slutar av sig självt.", file=sys.stderr)
        return 0
    print(
        f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S UTC}"
        if options.systemd
        else moment.astimezone(STOCKHOLM).isoformat()
    )
    return 0


def _progress() -> Tell:
    """A line that says how far it has come, where there is a terminal to say it on."""
    if not sys.stderr.isatty():
        return no_tell

    def tell(what: str, done: int, total: int) -> None:
        end = "\r" if done < total else "\r\033[K"
        sys.stderr.write(f"{what} {done} av {total}{end}")
        sys.stderr.flush()

    return tell


def _others(commands: Any, content: argparse.ArgumentParser) -> None:
    """The commands that other packages bring, such as an editor; looked for only where they are asked for."""
    from importlib.metadata import entry_points

    for found in sorted(entry_points(group="site_builder.commands"), key=lambda one: one.name):
        found.load()(commands, content)


def _parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "site-builder", description="Från Markdown till webbplats, flöden och data."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    content = argparse.ArgumentParser(add_help=False)
    content.add_argument(
        "--content", action="append", metavar="MAPP", help="innehållsmapp; får anges flera gånger"
    )
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--config", metavar="FIL", help="egna inställningar; de gäller före mkdocs.yml:s")
    checking = commands.add_parser("check", help="visa alla problem i innehållet", parents=[content, own])
    checking.add_argument("--format", choices=("text", "github", "json"), default="text")
    checking.add_argument("--published", metavar="FIL", help="vad allmänheten senast såg (som för build)")
    checking.add_argument("--fix", action="store_true", help="rätta det som bara kan rättas på ett sätt")
    checking.set_defaults(run=_check)
    building = commands.add_parser("build", help="bygg webbplatsen", parents=[content, own])
    building.add_argument("--site", default="site", help="mappen som webbplatsen skrivs till")
    building.add_argument("--published", metavar="FIL", help="vad allmänheten senast såg (anslag, adresser)")
    building.add_argument("--full", action="store_true", help="gör om allt, inte bara det som ändrats")
    building.add_argument("--strict", action="store_true", help="låt också varningar stoppa")
    building.add_argument("--override-notice", metavar="ID", help="ta ned ett anslag i förtid; loggas")
    building.add_argument("--reason", metavar="TEXT", default="", help="varför; krävs med --override-notice")
    building.add_argument("--no-search", action="store_true", help="låt sökindexet vara som det är")
    building.add_argument("--metrics", metavar="FIL", help="hur bygget gick, för Prometheus (textfile)")
    building.set_defaults(run=_build)
    serving = commands.add_parser("serve", help="förhandsgranska, med utkast", parents=[content])
    serving.add_argument("--port", type=int, default=8001)
    serving.set_defaults(run=_serve)
    due_ = commands.add_parser("due", help="när nästa bygge måste köras", parents=[content, own])
    due_.add_argument("--systemd", action="store_true", help="som OnCalendar= vill ha det")
    due_.set_defaults(run=_due)
    new = commands.add_parser("new", help="ett utkast att fylla i", parents=[content])
    new.add_argument("type", metavar="TYP", help="mappen eller ordet, till exempel tjanster eller tjänst")
    new.add_argument("title", metavar="TITEL")
    new.set_defaults(run=_new)
    moving = commands.add_parser("mv", help="byt namn på en post, bild eller bilaga", parents=[content])
    moving.add_argument("old", metavar="FIL", help="till exempel content/tjanster/gammalt.md")
    moving.add_argument("new", metavar="NAMN", help="till exempel nytt.md")
    moving.set_defaults(run=_mv)
    for name, run, help_ in (
        ("examples", _examples, "exempelposter daterade från i dag"),
        ("schema", _schema, "JSON Schema och inställningar för textredigeraren"),
    ):
        writing = commands.add_parser(name, help=help_)
        writing.add_argument("folder", metavar="MAPP")
        writing.set_defaults(run=run)
    if not words or words[0] not in commands.choices:
        _others(commands, content)
    return parser


def command() -> None:
    """Run the command and leave at once: taking a large site to pieces in memory costs half a second."""
    try:
        code = main()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # whoever read has read enough
        code = 1
    os._exit(code)


if __name__ == "__main__":
    command()
