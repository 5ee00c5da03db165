"""The HTML report as people meet it: in a browser, on a phone, by keyboard, on paper, and with
hostile names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.conftest import Opened, every_report, script
from lineage.report.formats import render
from report import reports

pytestmark = pytest.mark.browser
Open = Callable[..., Opened]
REPORTS = every_report()


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("shape", sorted(REPORTS))
def test_nothing_is_said_and_nothing_is_asked(opened: Open, shape: str, look: str) -> None:
    """No console message, no error, no request but for the file itself, and no sideways
    scrolling."""
    held = opened(REPORTS[shape], look)
    assert held.said == []
    assert [url for url in held.asked if not url.startswith("file:")] == [] and len(held.asked) == 1
    assert held.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("shape", ["merge", "hostile", "several"])
def test_axe_finds_no_serious_violation(opened: Open, shape: str, look: str) -> None:
    """axe-core, all rules: nothing serious or critical, details open or closed, a model chosen or
    not."""
    held = opened(REPORTS[shape], look)
    axe = script("axe-core", "axe.min.js")

    def serious() -> list[str]:
        found = held.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:150]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]

    held.page.evaluate(axe)
    assert serious() == []
    held.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    held.page.locator("svg a.node").first.dispatch_event("click")
    assert serious() == []


@pytest.mark.parametrize("look", ["light", "without script"])
def test_hostile_names_stay_text(opened: Open, look: str) -> None:
    """No element, script, style or address of a stranger's making comes to be; bidi and control
    characters are spelled out."""
    page = opened(REPORTS["hostile"], look).page
    assert page.title().startswith("Lineage report:")
    assert page.locator("img, iframe, object, embed, form, base, link").count() == 0
    assert page.locator("script").count() == 1 and page.locator("style").count() == 1
    hrefs = [a.get_attribute("href") for a in page.locator("a").all()]
    assert hrefs and all(href.startswith(("#", "https://", "http://")) for href in hrefs)
    assert not any(attribute.startswith("on") for attribute in _attributes(page, look))
    text = page.content()
    assert not any(char in text for char in "\u202e\u2066\x1b\x07")
    assert "\\u202e" in text and "characters)" in text


def _attributes(page: Any, look: str) -> list[str]:
    if look == "without script":
        return []
    names: list[str] = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
    )
    assert "style" not in page.evaluate(
        "[...document.body.querySelectorAll('main *:not(svg)')].flatMap((e) => e.getAttributeNames())"
    )
    return names


def test_the_content_policy_stops_what_gets_in(opened: Open) -> None:
    """Were markup to slip through after all: an inline script and a remote picture are refused by
    the browser."""
    held = opened(REPORTS["simple"])
    held.page.evaluate(
        """() => {
          const script = document.createElement('script'); script.textContent = "document.title = 'owned'"; document.body.append(script);
          const picture = document.createElement('img'); picture.src = 'https://example.org/x.png'; document.body.append(picture);
        }"""
    )
    held.page.wait_for_timeout(100)
    assert held.page.title() != "owned"
    assert any("Content Security Policy" in text for text in held.said)


def test_the_graph_by_keyboard(opened: Open) -> None:
    """One tab stop for the graph; arrows walk edges, Enter tells of a model, Escape goes back to
    it."""
    page = opened(REPORTS["merge"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    assert page.locator("svg a.node[tabindex='0']").count() == 1
    page.locator("svg a.node[tabindex='0']").focus()
    assert "audited model" in _focused(page)
    page.keyboard.press("ArrowUp")
    above = _focused(page)
    assert above and "audited model" not in above
    page.keyboard.press("Enter")
    panel = page.locator(".panel")
    assert panel.is_visible() and above.split(",")[0] in panel.inner_text()
    page.keyboard.press("Escape")
    assert not panel.is_visible() and _focused(page) == above
    page.keyboard.press("ArrowDown")
    assert "audited model" in _focused(page)


def _focused(page: Any) -> str:
    """The title of the box that has the focus: what a screen reader says."""
    title: str = page.evaluate("document.activeElement.querySelector('title')?.textContent || ''")
    return title


def _node(page: Any, model: str) -> Any:
    """The box of a model."""
    return page.locator("svg a.node", has=page.locator(f"title:text('{model}')")).first


def test_the_graph_by_mouse(opened: Open) -> None:
    """A click tells of a model and lights its way; dragging pans and chooses nothing; buttons zoom;
    the wheel scrolls the page."""
    page = opened(REPORTS["merge"]).page
    frame = page.locator(".frame")
    frame.scroll_into_view_if_needed()
    box, svg = frame.bounding_box(), page.locator("svg.graph")
    before = svg.get_attribute("viewBox")
    page.mouse.move(box["x"] + 15, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 50)
    assert svg.get_attribute("viewBox") == before
    page.get_by_role("button", name="Zoom in").click()
    zoomed = svg.get_attribute("viewBox")
    assert float(zoomed.split()[2]) < float(before.split()[2])
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y - 30, steps=4)
    page.mouse.up()
    assert svg.get_attribute("viewBox") != zoomed and not page.locator(".panel").is_visible()
    page.get_by_role("button", name="Fit the whole graph").click()
    _node(page, "Qwen/Qwen2.5-7B").click()
    assert "Alibaba" in page.locator(".panel").inner_text()
    assert page.locator(".edge.on").count() >= 8


def test_without_script_the_page_says_the_same(opened: Open) -> None:
    """The drawing is there, each box leads to its entry, and nothing needs a script."""
    page = opened(REPORTS["merge"], "without script").page
    assert page.locator("svg a.node").count() == 18
    _node(page, "gpt2").click()
    assert page.url.split("#")[1].startswith("t1-m")
    assert page.locator("article:target").count() == 1


def test_three_hundred_models_are_drawn_and_can_be_chosen(opened: Open) -> None:
    """How long that takes is measured by bench/report_speed.py, side by side on one machine."""
    page = opened(REPORTS["wide"]).page
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert page.locator("svg a.node").count() == 300
    page.locator("svg a.node.target").dispatch_event("click")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    assert page.locator("svg a.node.chosen").count() == 1


def test_on_paper_everything_is_open(opened: Open) -> None:
    """Printing unfolds what is folded and shows the whole graph; afterwards the screen is as
    before."""
    page = opened(REPORTS["merge"]).page
    folded = page.locator("details:not([open])").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded and page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded
    assert page.pdf()[:5] == b"%PDF-"


def test_a_portfolio_is_filtered_and_sorted(opened: Open) -> None:
    """Words and verdict narrow the table, headers sort it and say so, and a row leads to its
    section."""
    page = opened(REPORTS["several"]).page
    rows = page.locator("#all tbody tr")
    assert rows.count() == 5
    page.get_by_label("Filter").fill("qwen")
    assert [r for r in rows.all() if r.is_visible()] != [] and "of 5 shown" in page.locator(
        "#shown"
    ).inner_text()
    page.get_by_label("Filter").fill("")
    page.get_by_role("combobox", name="Verdict").select_option("fail")
    assert sum(r.is_visible() for r in rows.all()) == 1
    page.get_by_role("combobox", name="Verdict").select_option("")
    page.get_by_role("button", name="Model", exact=True).click()
    assert page.locator("th[aria-sort='ascending']").count() == 1
    first = [r.locator("th a").inner_text() for r in rows.all()]
    assert first == sorted(first, key=str.lower)
    page.get_by_role("button", name="Model", exact=True).click()
    assert [r.locator("th a").inner_text() for r in rows.all()] == first[::-1]


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_mermaid_reads_every_graph(chromium: Any, shape: str) -> None:
    """Mermaid's own parser accepts the flowchart, and a hostile name is drawn as text."""
    page = chromium.new_page()
    page.add_script_tag(content=script("mermaid", "dist/mermaid.min.js"))
    text = render(REPORTS[shape], "mermaid")
    kind = page.evaluate("async (text) => (await mermaid.parse(text)).diagramType", text)
    assert kind.startswith("flowchart")
    if shape == "hostile":
        page.evaluate(
            "async (text) => { document.body.innerHTML = (await mermaid.render('drawn', text)).svg }",
            text,
        )
        assert page.locator("script:not([src])").count() <= 1 and page.locator("img").count() == 0
        assert page.title() != "owned" and "<script>" in page.inner_text("body")
    page.close()
