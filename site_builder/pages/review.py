"""The page of what editors should look over: records past their day, by who looks after them."""

from site_builder.content import BY_NAME
from site_builder.pages.listing import listing
from site_builder.pages.page import Page
from site_builder.site.card import Card
from site_builder.site.site import Site

MOST = 500
"""So many records the page shows."""


def review_page(site: Site) -> Page:
    """`/att-granska/`, the oldest first; what was said or done once needs no review."""
    today = site.today.isoformat()
    current = (one for one in site.listed if not BY_NAME[one.type].info.said and one.review_by < today)
    late = sorted(current, key=lambda one: (one.review_by, one.address))
    owned: dict[str, tuple[list[tuple[str, Card]], Card | None]] = {}
    for one in late[:MOST]:
        owner = next(iter(site.to(one, "owner")), None)
        rows, _ = owned.setdefault(owner.address if owner else "", ([], owner))
        rows.append((one.review_by, site.card(one)))
    page = listing(
        {},
        "/att-granska/",
        "Att se över",
        "Sidor vars granskningsdag har passerat.",
        "review.html",
        owned=sorted(owned.values(), key=lambda group: group[1].title if group[1] else ""),
        shown=min(len(late), MOST),
        count=len(late),
    )
    return page._replace(indexed=False)
