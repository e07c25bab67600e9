"""`make site`: all pages, links that lead somewhere, and nothing that asks the internet."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.wait import WebDriverWait

from tests.checkout import committed, copied
from tests.environment import ROOT
from tests.server.browser import browser, complaints, needs_browser, requested

pytest.importorskip("mkdocs", reason="no mkdocs: make site brings it")


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "site"],
        cwd=folder,
        env=os.environ | {"MAKEFLAGS": "UV=/bin/true"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout, with its site."""
    work = committed(copied(tmp_path_factory.mktemp("site") / "work"), "Begin")
    done = build(work)
    assert done.returncode == 0, done.stdout + done.stderr
    return work


@pytest.fixture(scope="module")
def site(work: Path) -> Path:
    return work / "var" / "site"


def test_every_page_is_in_it(site: Path) -> None:
    for path in ROOT.glob("docs/*.md"):
        assert (site / f"{path.stem}.html").is_file(), path
    for name in ("index", "chart", "contributing", "security", "changelog"):
        assert (site / f"{name}.html").is_file(), name


def test_links_lead_to_pages_and_what_is_none_to_the_repository(site: Path) -> None:
    for page in set(site.glob("*.html")) - {site / "404.html"}:
        text = page.read_text()
        for link in re.findall(r'href="?([^"> ]+\.md)\b', text):
            assert "://" in link, (page.name, link)
        for link in re.findall(r'href="?([^"> :#]+)["> #]', text):
            assert (site / link).exists(), (page.name, link)
    assert "/blob/main/app/loadtest/users.py" in (site / "loadtest.html").read_text()
    assert 'href="run.html"' in (site / "index.html").read_text()


def test_a_link_that_leads_nowhere_is_named_and_fails(tmp_path: Path) -> None:
    work = committed(copied(tmp_path / "work"), "Begin")
    with (work / "docs" / "logs.md").open("a") as page:
        page.write("\n[x](../nowhere.md) [y](run.md#nothing)\n")
    done = build(work)
    assert done.returncode
    assert "'../nowhere.md'" in done.stderr
    assert "#nothing" in done.stderr


@needs_browser
@pytest.mark.timeout(600)
def test_it_is_read_and_searched_without_a_server(site: Path, tmp_path: Path) -> None:
    with browser(tmp_path) as driver:
        driver.get((site / "index.html").as_uri())
        for picture in driver.find_elements(By.CSS_SELECTOR, "main img"):
            assert picture.get_property("naturalWidth"), picture.get_attribute("src")
        driver.find_element(By.CSS_SELECTOR, ".md-search__input").send_keys("assert_hops")
        result = (By.CSS_SELECTOR, '.md-search-result__link[href*="hops.html"]')
        WebDriverWait(driver, 60).until(seen.presence_of_element_located(result))
        driver.get((site / "synchronous.html").as_uri())
        assert driver.execute_script("return document.querySelector('main img').naturalWidth") > 0
        assert requested(driver) == []
        assert complaints(driver) == []
