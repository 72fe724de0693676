"""Pages in Chromium, as a reader opens them: from a file, and without anything else."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.oracles.node import PACKAGES

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE: Final = 60_000


def has_chromium() -> bool:
    """Return whether a browser is installed here."""
    return _program() is not None


@contextmanager
def opened(html: str, *, fragment: str = "", **options: Any) -> Iterator[Page]:  # noqa: ANN401  # playwright's own
    """Give a page; afterwards fail where it logged an error, or asked for anything but itself."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        context = _browser().new_context(**options)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        trouble: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{file.as_uri()}{fragment}")
        try:
            yield page
        finally:
            context.close()
        assert not trouble, trouble
        assert all(url.startswith((file.as_uri(), "data:")) for url in asked), asked


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page as it stands: rule, what it says, and where."""
    page.evaluate((PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def _program() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


@cache
def _browser() -> Browser:
    """Return the browser of this process, which is closed at its end."""
    playwright = sync_playwright().start()
    # Whoever is root, as in CI, has no sandbox for it.
    browser = playwright.chromium.launch(executable_path=_program(), args=["--no-sandbox"])
    atexit.register(playwright.stop)
    atexit.register(browser.close)
    return browser
