"""Walking a page with the Tab key, and what the page is like at every stop."""

from typing import NamedTuple

from playwright.sync_api import Page

_LOOK = """
const look = (one) => {
  const style = getComputedStyle(one);
  return ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'backgroundColor', 'color',
    'borderTopColor', 'borderTopWidth', 'textDecorationLine', 'textDecorationThickness']
    .map((name) => style[name]).join();
};"""
_STOP = (
    "() => {"
    + _LOOK
    + """
  const one = document.activeElement;
  if (one === document.body || one === document.documentElement) return null;
  const before = window.stops?.at(-1)?.one;
  (window.stops ??= []).push({one, focused: look(one)});
  const box = one.getClientRects()[0] ?? one.getBoundingClientRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const upper = Math.max(box.top, 0), lower = Math.min(box.bottom, innerHeight);
  const x = (left + right) / 2, y = upper + Math.min((lower - upper) / 2, 12);
  const top = document.elementFromPoint(x, y), label = one.closest('label');
  return {
    html: one.outerHTML.slice(0, 120),
    name: (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent).trim(),
    visible: one.checkVisibility({visibilityProperty: true, opacityProperty: true}) && box.width > 1
      && box.height > 1 && right > left && lower > upper,
    covered: !(top && (one.contains(top) || label?.contains(top))),
    follows: !before || !(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING),
    line: Math.round(box.y + scrollY),
  };
}"""
)
_UNMARKED = (
    "() => {" + _LOOK + "return window.stops.filter(({one, focused}) => look(one) === focused)"
    ".map(({one}) => one.outerHTML.slice(0, 120)); }"
)


class Stop(NamedTuple):
    """One element that has the focus."""

    html: str
    """How it begins."""
    name: str
    visible: bool
    covered: bool
    """Something else lies on top of it."""
    follows: bool
    """It comes after the stop before it in the document."""
    line: int
    """How far down the page it begins, in pixels."""


def stop(page: Page) -> Stop | None:
    """Where the focus is; None where it is on nothing."""
    found = page.evaluate(_STOP)
    return None if found is None else Stop(**found)


def walk(page: Page, limit: int = 1500) -> list[Stop]:
    """Every stop of the Tab key until the focus leaves the page; AssertionError where it never does."""
    page.wait_for_load_state()  # as for axe
    page.evaluate("window.stops = []")
    found: list[Stop] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        here = stop(page)
        if here is None:
            return found
        found.append(here)
    raise AssertionError(f"more than {limit} stops: {found[-3:]}")


def unmarked(page: Page) -> list[str]:
    """After a walk: the stops that looked with the focus as they look without it."""
    found: list[str] = page.evaluate(_UNMARKED)
    return found


def walk_back(page: Page, there: list[Stop]) -> list[Stop]:
    """After a walk: the same number of stops backwards."""
    page.evaluate("window.stops = []")
    found: list[Stop] = []
    for _ in there:
        page.keyboard.press("Shift+Tab")
        here = stop(page)
        assert here is not None, f"the focus leaves the page after {found[-1:]}"
        found.append(here)
    return found
