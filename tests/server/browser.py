"""A real browser that reaches this machine and nothing else, for tests of pages."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.server.harness import ROOT

# Debian's name, and that on GitHub's machines.
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
SCREENSHOTS = ROOT / "var" / "screenshots"

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="no Chromium with its driver: apt-get install chromium chromium-driver",
)


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[WebDriver]:
    """A headless Chromium with its profile in `folder`; it keeps a log of requests and messages."""
    options = Options()
    options.binary_location = str(CHROMIUM)
    options.add_argument("--headless")
    options.add_argument("--window-size=1200,2600")
    options.add_argument("--disable-dev-shm-usage")  # containers have 64 MB of it
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    options.add_argument(f"--user-data-dir={folder}")
    if os.getuid() == 0:
        options.add_argument("--no-sandbox")  # there is none for root, as containers have it
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # With the path given Selenium looks for no driver, and so downloads none.
    driver = webdriver.Chrome(options, Service(executable_path=DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def requested(driver: WebDriver) -> list[str]:
    """The addresses that pages have asked the network for."""
    entries = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]  # type: ignore[no-untyped-call] # selenium's own
    sent = [each for each in entries if each["method"] == "Network.requestWillBeSent"]
    urls = [str(each["params"]["request"]["url"]) for each in sent]
    # Others are data: within the page, and chrome: of the browser's own first page.
    return [url for url in urls if url.startswith(("http", "ws"))]


def complaints(driver: WebDriver) -> list[str]:
    """What the console has said: errors, and what the page's policy forbade."""
    return [str(entry["message"]) for entry in driver.get_log("browser")]  # type: ignore[no-untyped-call] # selenium's own
