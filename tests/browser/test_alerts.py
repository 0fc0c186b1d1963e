"""An alert shows on every page soon after it is published, without the page being built again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _alert(title: str, severity: str, seconds: float) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": title,
        "title": title,
        "url": "https://example.se/driftinfo/prov/",
        "severity": severity,
        "area_text": "Bollmora",
        "instruction": "Koka vattnet.",
        "effective": (now - timedelta(minutes=1)).isoformat(),
        "expires": (now + timedelta(seconds=seconds)).isoformat(),
        "example": False,
    }


def _publish(page: Page, alerts: list[dict[str, Any]]) -> None:
    page.unroute("**/api/v1/alerts.json")
    page.route("**/api/v1/alerts.json", lambda route: route.fulfill(body=json.dumps({"alerts": alerts})))


def test_alerts_come_in_order_of_severity_and_go_when_ended(wide: Page, base: str) -> None:
    wide.clock.install()
    _publish(wide, [])
    wide.goto(base + "/tjanster/hemtjanst/", wait_until="networkidle")
    region = wide.get_by_role("region", name="Viktig information")
    assert region.get_attribute("aria-live") == "polite"
    assert region.locator("article").count() == 0
    _publish(wide, [_alert("Strömavbrott", "mindre", 3600), _alert("Vattnet är farligt", "extrem", 3600)])
    wide.clock.run_for(16_000)
    region.locator("article").nth(1).wait_for()
    assert region.locator("h2").all_inner_texts() == ["Extrem: Vattnet är farligt", "Mindre: Strömavbrott"]
    assert "Bollmora, till" in region.inner_text()
    assert "Koka vattnet." in region.inner_text()
    assert region.get_by_role("link").first.get_attribute("href") == "/driftinfo/prov/"
    _publish(wide, [])
    wide.clock.run_for(16_000)
    region.locator("article").first.wait_for(state="detached")
    assert region.locator("article").count() == 0


def test_an_alert_expires_even_when_the_network_is_gone(wide: Page, base: str) -> None:
    wide.clock.install()
    _publish(wide, [_alert("Kort störning", "måttlig", 20)])
    wide.goto(base + "/", wait_until="networkidle")
    region = wide.get_by_role("region", name="Viktig information")
    region.locator("article").wait_for()
    wide.unroute("**/api/v1/alerts.json")
    wide.route("**/api/v1/alerts.json", lambda route: route.fulfill(status=204))
    wide.clock.run_for(31_000)
    region.locator("article").wait_for(state="detached")
    assert region.locator("article").count() == 0
