"""The browser's fixtures."""

from browsing import browser, open_page, serve  # noqa: F401
