"""`lineage serve` as an officer meets it: from a pasted list to a filed pack, in a browser."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from browser.conftest import LOOKS, script
from browser.office import LIST, Office, Officer, office, run, unpacked

pytest.importorskip("uvicorn", reason="the extra serve is not installed")
pytestmark = pytest.mark.browser
Come = Callable[..., Officer]
SIGHTED = ("light", "dark", "phone")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One server for all."""
    with office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture
def come(chromium: Any, place: Office) -> Iterator[Come]:
    """Open a page of it, and listen to what the browser complains of."""
    contexts = []

    def opening(path: str = "/", look: str = "light") -> Officer:
        context = chromium.new_context(reduced_motion="reduce", **LOOKS[look])
        contexts.append(context)
        officer = Officer(context.new_page())
        officer.page.on("console", lambda message: officer.said.append(message.text))
        officer.page.on("pageerror", lambda error: officer.said.append(str(error)))
        officer.page.goto(place.url + path)
        return officer

    yield opening
    for context in contexts:
        context.close()


def done(officer: Officer) -> None:
    """Wait for the verdict; nobody presses anything."""
    officer.page.wait_for_selector("main > .answer > .verdict", timeout=60_000)


@pytest.fixture(scope="module")
def filed(chromium: Any, place: Office) -> str:
    """The address of a run that is done, asked for by form."""
    page = chromium.new_context().new_page()
    addresses = []
    for title in ("Spring", "Autumn"):
        page.goto(place.url)
        page.fill("#models", "\n".join(LIST))
        page.evaluate("document.querySelector('details').open = true")
        page.fill("#title", title)
        page.click("button.first")
        page.wait_for_selector("main > .answer > .verdict", timeout=60_000)
        addresses.append(page.url.removeprefix(place.url))
    page.context.close()
    return addresses[-1]


@pytest.mark.parametrize("look", ["light", "dark", "phone", "without script"])
def test_from_a_pasted_list_to_a_filed_pack(
    come: Come, place: Office, tmp_path: Path, look: str
) -> None:
    """By keyboard alone: paste, choose, ask, watch, read, take the pack home, and have the command
    line check it."""
    officer = come("/", look)
    page = officer.page
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    officer.tab_to("#models")
    page.keyboard.insert_text("\n".join(LIST))
    officer.tab_to("#policy")
    page.keyboard.type("lic")
    assert page.locator("#policy").input_value() == "licences"
    page.keyboard.press("Home")
    officer.tab_to("[name=pack]")
    page.keyboard.press("Space")
    assert not page.locator("[name=pack]").is_checked()
    page.keyboard.press("Space")
    officer.follow("button.first")
    assert "/audits/" in page.url
    done(officer)
    assert "inconclusive" in page.locator("main").inner_text()[:20].lower()
    names = [one.inner_text() for one in page.locator("tbody th > a").all()]
    assert sorted(names) == sorted(LIST)
    way = page.url
    officer.follow(f"a[href='{way.removeprefix(place.url)}/report']")
    assert page.locator("h1").first.inner_text() == "4 models"
    officer.follow("nav a:first-child")
    assert page.url == way
    fingerprint = page.locator("code.print").inner_text()
    pack = unpacked(officer.fetched(".acts a[href$='/files/pack']", tmp_path), tmp_path)
    checked = place.cli("pack", "verify", str(pack), "--fingerprint", fingerprint)
    assert checked.returncode == 0, checked.stderr
    assert place.cli("pack", "replay", str(pack)).returncode == 0
    rows = csv.DictReader(
        io.StringIO(officer.fetched("a[href$='/files/csv']", tmp_path).read_text())
    )
    assert [row["target"] for row in rows] == list(LIST)
    document = json.loads(officer.fetched("a[href$='/files/json']", tmp_path).read_text())
    of_pack = json.loads((pack / "report.json").read_text())
    assert of_pack.pop("notes")[: len(document["notes"])] == document.pop("notes")
    assert of_pack == document
    assert officer.said == []


@pytest.mark.parametrize("look", ["light", "without script"])
def test_two_presses_are_one_run(come: Come, place: Office, look: str) -> None:
    """The second leads to the first run, where a script stops it and where none does; to go back
    and ask once more is another one."""
    officer = come("/", look)
    page, title = officer.page, f"Twice, {look}"
    for count in (1, 2):
        page.fill("#models", "acme/chat")
        if look == "light":
            page.evaluate("document.querySelector('details').open = true")
        else:
            page.click("details summary")
        page.fill("#title", title)
        page.dblclick("button.first")
        page.wait_for_url("**/audits/*")
        done(officer)
        made = requests.get(f"{place.url}/v1/audits", timeout=30).json()["audits"]
        assert [one["title"] for one in made].count(title) == count
        page.go_back()


@pytest.mark.parametrize("look", SIGHTED)
def test_axe_finds_no_violation_on_any_page(
    come: Come, place: Office, filed: str, look: str
) -> None:
    """All rules of WCAG 2.2 AA and the best practices; nothing runs over the side of the
    window."""
    officer = come("/", look)
    axe = script("axe-core", "axe.min.js")
    other = come("/history").page.locator("tbody th a").nth(1).get_attribute("href")
    assert other
    before, after = (way.rpartition("/")[2] for way in (other, filed))
    pages = [
        *("/", "/?models=a%2Fb", filed, f"{filed}/delete", "/history", "/history?q=zzz"),
        *("/models/vendor/assistant", "/models/none/such", "/about", "/nowhere"),
        *(f"/compare?before={before}&after={after}", f"{filed}/report", f"{filed}/answers"),
        f"{filed}/models/0",
    ]
    for path in pages:
        officer.page.goto(place.url + path)
        _is_sound(officer, axe, path)
    officer.page.goto(place.url)
    officer.tab_to("button.first")
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    assert officer.page.locator(":focus").inner_text() == "No model is named."
    _is_sound(officer, axe, "the form with an error")


def _is_sound(officer: Officer, axe: str, path: str) -> None:
    officer.page.evaluate(axe)
    found = officer.page.evaluate(
        """async () => (await axe.run(document, {resultTypes: ['violations'],
             rules: {'target-size': {enabled: true}}})).violations"""
    )
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == [], path
    width = officer.page.viewport_size["width"]
    assert officer.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_run_is_watched_as_it_goes_on(come: Come) -> None:
    """The bar and the rows move without a reload, a listener is told politely, and at the end the
    page is the answer."""
    officer = come("/")
    page = officer.page
    page.fill("#models", "acme/chat\nacme/slow2\n")
    officer.follow("button.first")
    page.evaluate("window.mark = 'same page'")
    assert page.locator("#told").get_attribute("role") == "status"
    page.wait_for_selector("tr[data-number='0'] .verdict")
    assert page.evaluate("window.mark") == "same page"
    assert page.locator("main > .answer > .verdict").count() == 0
    done(officer)
    assert page.evaluate("window.mark") is None and page.locator("progress").count() == 0


def test_a_file_is_dropped(come: Come) -> None:
    """Anywhere in its field; its name becomes the title."""
    import openpyxl

    book, body = openpyxl.Workbook(), io.BytesIO()
    for row in (("Vendor", "Model"), ("Acme", "acme/chat"), ("Vendor", "vendor/assistant")):
        book.active.append(row)
    book.save(body)
    officer = come("/")
    officer.page.evaluate(
        """(text) => {
          const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], 'vendors.xlsx'));
          const at = document.querySelector('.drop p');
          for (const type of ['dragover', 'drop'])
            at.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        base64.b64encode(body.getvalue()).decode(),
    )
    assert officer.page.locator("#file").evaluate("(one) => one.files[0].name") == "vendors.xlsx"
    officer.follow("button.first")
    done(officer)
    assert officer.page.locator("h1").inner_text() == "vendors.xlsx"
    names = [one.inner_text() for one in officer.page.locator("tbody th > a").all()]
    assert sorted(names) == ["acme/chat", "vendor/assistant"]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str]]:
    """A server that asks who comes, and the token of one who may."""
    folder = tmp_path_factory.mktemp("locked")
    tokens = ["--token-file", str(folder / "tokens")]
    made = run("serve", *tokens, "--new-token", "alice", env=dict(os.environ), cwd=folder)
    assert made.returncode == 0, made.stderr
    with office(folder, *tokens) as running:
        yield running, made.stdout.strip()


@pytest.mark.parametrize("look", SIGHTED)
def test_an_officer_logs_in_and_out(come: Come, locked: tuple[Office, str], look: str) -> None:
    """By keyboard; a wrong token is told, and after the way out no page is shown."""
    place, token = locked
    officer = come("/", look)
    page = officer.page
    page.goto(f"{place.url}/history")
    axe = script("axe-core", "axe.min.js")
    _is_sound(officer, axe, "login")
    page.keyboard.type("lineage_wrong")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[role=alert]").is_visible()
    _is_sound(officer, axe, "login refused")
    officer.tab_to("#token")
    page.keyboard.type(token)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{place.url}/history" and "alice" in page.locator("header").inner_text()
    _is_sound(officer, axe, "history of alice")
    officer.follow("header button")
    page.goto(f"{place.url}/about")
    assert page.locator("h1").inner_text() == "Log in"


def test_a_run_is_cancelled_by_keyboard(come: Come) -> None:
    """And what is cancelled can be asked for again."""
    officer = come("/")
    officer.page.fill("#models", "acme/slow3\nacme/slow4\n")
    officer.follow("button.first")
    officer.follow("form[action$='/cancel'] button")
    assert "Cancelled." in officer.page.locator("main").inner_text()
    officer.follow("form[action$='/again'] button")
    done(officer)


def test_a_model_is_compared_between_two_dates(come: Come, filed: str) -> None:
    """From the run to the model's history, to what changed."""
    officer = come(filed)
    officer.follow("a[href='/models/vendor/assistant']")
    officer.follow("form[action='/compare'] button")
    assert "What changed for vendor/assistant" in officer.page.locator("h1").inner_text()


def test_paper_has_the_answer_and_no_buttons(come: Come, filed: str) -> None:
    """What a run's page prints."""
    page = come(filed).page
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible() and page.locator("table").first.is_visible()
    assert not any(one.is_visible() for one in page.locator(".act").all())
