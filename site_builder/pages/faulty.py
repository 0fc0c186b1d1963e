"""An editor's preview has a page for each file that cannot be read, with what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath

from site_builder.content import BY_FOLDER
from site_builder.pages.page import Page
from site_builder.problems import Problem
from site_builder.site.site import Site


def faulty_pages(site: Site, problems: list[Problem]) -> Iterator[Page]:
    """One page a file that became no record, where its record would have been, and one with all problems."""
    known = {one.file for one in site.all}
    faults: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.file not in known:
            faults[problem.file].append(problem)
    for file, found in faults.items():
        yield Page(_address(file), PurePath(file).name, "", "faulty.html", {"faults": found}, indexed=False)
    yield Page("/problem/", "Alla problem", "", "faulty.html", {"faults": problems}, indexed=False)


def _address(file: str) -> str:
    path = PurePath(file)
    model = next((BY_FOLDER[part] for part in path.parts if part in BY_FOLDER), None)
    if model is None:
        return f"/problem/{path.stem}/"
    try:
        return model.model_construct().address(path.stem)
    except (AttributeError, TypeError):  # the address is made of fields that cannot be read
        return f"/{model.info.slug}/{path.stem}/"
