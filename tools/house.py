"""The command behind `make docs` draws the house from what its modules import and say of themselves."""

import ast
import tomllib
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "huset.md"

HEAD = """# The house

This page is drawn from the code by `make docs`; a test fails where the two differ. An arrow goes from what
imports to what is imported. Arrows that follow from others are left out: where a stands on b and b on c,
there is none from a to c.

How work goes through the rooms: [utveckling](utveckling.md). Why they are as they are:
[decision 0012](decisions/0012-rooms.md).
"""

Graph = Mapping[str, set[str]]
"""What each node stands on."""


def page() -> str:
    """The whole page: the packages, then each package's rooms as a drawing and a table."""
    names = packages()
    graph = grimp.build_graph(names[0], *names[1:], cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    parts = [HEAD, _drawing(_merged(imports, 1))]
    parts.append("\n".join(f"- `{name}/`: {first_sentence(name)}" for name in names) + "\n")
    rooms = _merged(imports, 2)
    for name in names:
        inside = {room: on for room, on in rooms.items() if _within(room, name)}
        own = {room: {to for to in on if _within(to, name)} for room, on in inside.items()}
        parts += [f"## {name}\n", _drawing(own), _table(own)]
    return "\n".join(parts)


def packages() -> list[str]:
    """The packages that the import contracts speak of, highest first as `pyproject.toml` has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = settings["tool"]["importlinter"]["root_packages"]
    return found


def first_sentence(module: str) -> str:
    """The first paragraph of a module's docstring, on one line; raises ValueError where it has none."""
    doc = ast.get_docstring(ast.parse(_file(module).read_text(encoding="utf-8")))
    if not doc:
        raise ValueError(f"{module}: docstring missing")
    return " ".join(doc.partition("\n\n")[0].split())


def needed(graph: Graph) -> dict[str, list[str]]:
    """The graph without the arrows that follow from others; graphlib.CycleError where it has a circle."""
    below: dict[str, set[str]] = {}
    for node in TopologicalSorter(graph).static_order():
        below[node] = {further for to in graph.get(node, ()) for further in (to, *below[to])}
    return {
        node: sorted(to for to in on if not any(to in below[other] for other in on))
        for node, on in sorted(graph.items())
    }


def _merged(imports: Graph, depth: int) -> Graph:
    """The imports between the parts of the tree at a depth: 1 for packages, 2 for their rooms."""
    found: dict[str, set[str]] = {}
    for module, on in imports.items():
        here = _at(module, depth)
        if here.count(".") == depth - 1:
            found.setdefault(here, set()).update({_at(to, depth) for to in on} - {here})
    return found


def _at(module: str, depth: int) -> str:
    return ".".join(module.split(".")[:depth])


def _within(module: str, package: str) -> bool:
    return module.startswith(f"{package}.")


def _drawing(graph: Graph) -> str:
    lines = ["```mermaid", "flowchart TD"]
    for node, on in needed(graph).items():
        lines.append(f'    {_id(node)}["{_label(node)}"]')
        lines += [f"    {_id(node)} --> {_id(to)}" for to in on]
    return "\n".join([*lines, "```", ""])


def _table(graph: Graph) -> str:
    rows = [f"| `{_label(room)}` | {first_sentence(room).replace('|', '/')} |" for room in sorted(graph)]
    return "\n".join(["| room | what it is for |", "| --- | --- |", *rows, ""])


def _id(module: str) -> str:
    """A name that Mermaid takes for no keyword of its own, such as `end`."""
    return "m_" + module.replace(".", "_")


def _label(module: str) -> str:
    return module.rpartition(".")[2] + ("/" if _file(module).name == "__init__.py" else "")


def _file(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
