"""The docs page in a real browser that reaches nothing but the service."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.wait import WebDriverWait

from app.identity.mint import mint
from tests.server.browser import SCREENSHOTS, browser, complaints, needs_browser, requested
from tests.server.harness import gunicorn

CREATE = "#operations-notes-create_note"


@needs_browser
@pytest.mark.timeout(600)
def test_a_note_is_written_from_the_page(tmp_path: Path) -> None:
    with gunicorn() as server, browser(tmp_path) as driver:
        wait = WebDriverWait(driver, 120)

        def find(selector: str) -> WebElement:
            return wait.until(seen.element_to_be_clickable((By.CSS_SELECTOR, selector)))

        driver.get(f"{server.url}/api/docs")
        for operation in ("create_note", "list_notes", "read_note", "replace_note", "change_note"):
            find(f"#operations-notes-{operation}")

        find(".btn.authorize").click()
        find(".auth-container input").send_keys(mint("acme", ["notes:read", "notes:write"]))
        find(".auth-container .authorize").click()
        find(".auth-container .btn-done").click()
        find(f"{CREATE} .opblock-summary-control").click()
        find(f"{CREATE} .try-out__btn").click()
        find(f"{CREATE} .execute").click()
        answer = find(f"{CREATE} .live-responses-table .response")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        driver.save_screenshot(str(SCREENSHOTS / "docs.png"))

        assert answer.find_element(By.CSS_SELECTOR, ".response-col_status").text == "201"
        assert '"Water the plants."' in answer.text
        assert complaints(driver) == []
        addresses = requested(driver)
        assert f"{server.url}/api/notes" in addresses
        assert {url for url in addresses if not url.startswith(f"{server.url}/")} == set()
