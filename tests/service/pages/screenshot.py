"""``python tests/service/pages/screenshot.py URL KEY OUT.png``: the picture of the README."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from browsing import CHROMIUM, FLAGS

TEXT = "The minister has a point about the budget, but you are a clown and so is your editor."


def take(url: str, key: str, out: str, *, width: int = 1100, scheme: str = "light") -> None:
    """Score one comment on the page of the service at ``url`` and save what is to be seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(
            viewport={"width": width, "height": 740},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        page.goto(f"{url}/try")
        if key:
            page.get_by_label("API key").fill(key)
        page.get_by_label("Comment", exact=True).fill(TEXT)
        page.get_by_role("button", name="Score", exact=True).click()
        page.locator(".action").wait_for()
        page.screenshot(path=out, full_page=True)
        browser.close()


if __name__ == "__main__":
    address, api_key, path, *more = sys.argv[1:]
    take(address, api_key, path, width=int(more[0]) if more else 1100)
