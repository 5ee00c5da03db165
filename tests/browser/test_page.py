"""The HTML report as people meet it: in a browser, on a phone, by keyboard, on paper, and with
hostile names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from browser.conftest import Opened, every_report, script
from lineage.cli.printing import pdf
from lineage.report.document import Report, Supplied
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
@pytest.mark.parametrize("shape", ["merge", "hostile", "several", "wide"])
def test_axe_finds_no_violation(opened: Open, shape: str, look: str) -> None:
    """axe-core, all rules, of any impact: details open or closed, a model chosen or not, the
    deciding path alone or with the rest."""
    held = opened(REPORTS[shape], look)
    axe = script("axe-core", "axe.min.js")

    def violations() -> list[str]:
        found = held.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        return [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in found]

    held.page.evaluate(axe)
    assert violations() == []
    held.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    held.page.locator("svg a.node").first.dispatch_event("click")
    assert violations() == []
    for press in held.page.get_by_role("button", name="Deciding path").all():
        press.click()
    assert violations() == []


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
    page.get_by_role("button", name="Fit").click()
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


SHOWN = """() => { const frame = document.querySelector('.frame').getBoundingClientRect();
  const box = document.querySelector('.node.target .box').getBoundingClientRect();
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top
    && box.bottom <= frame.bottom; }"""


@pytest.mark.parametrize("shape", ["merge", "wide", "tangle"])
@pytest.mark.parametrize("look", ["light", "phone"])
def test_the_graph_opens_on_the_audited_model(opened: Open, shape: str, look: str) -> None:
    """Its box is whole in the frame, whatever the size of the graph and of the screen."""
    assert opened(REPORTS[shape], look).page.evaluate(SHOWN)


FITS = """() => [...document.querySelectorAll("svg a.node:not([display='none'])")].flatMap((node) => {
  const box = node.querySelector('.box').getBBox();
  return [...node.querySelectorAll('.name, .who')].filter((text) => {
    const at = text.getBBox();
    return at.x < box.x + 2 || at.x + at.width > box.x + box.width - 2
      || at.y < box.y || at.y + at.height > box.y + box.height;
  }).map((text) => text.textContent);
})"""


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_every_name_fits_its_box(opened: Open, shape: str) -> None:
    """In the font of this machine, which is a wide one."""
    assert opened(REPORTS[shape]).page.evaluate(FITS) == []


def test_the_rest_is_dimmed_on_demand(opened: Open) -> None:
    """The deciding path is marked from the start; a button dims what is not on it, and undims."""
    page = opened(REPORTS["merge"]).page
    assert page.locator(".edge.lit").count() == 2
    off = "getComputedStyle(document.querySelector('.edge:not(.lit)')).opacity"
    assert page.evaluate(off) == "1"
    press = page.get_by_role("button", name="Deciding path")
    press.click()
    assert float(page.evaluate(off)) < 0.5 and press.get_attribute("aria-pressed") == "true"
    press.click()
    assert page.evaluate(off) == "1"


def test_far_levels_are_folded_and_a_search_finds_them(opened: Open) -> None:
    """Three hundred models open on a few levels, with a map; a search unfolds what it finds, by
    keyboard alone."""
    page = opened(REPORTS["wide"]).page
    seen = page.locator("svg a.node:not([display='none'])")
    assert 1 < seen.count() < 150 and page.locator(".map").is_visible()
    page.get_by_label("Levels").select_option(index=0)
    first = seen.count()
    field = page.get_by_label("Find a model in the graph")
    field.fill("number-290")
    assert "1 found" in page.locator(".tools").inner_text()
    field.press("Enter")
    assert first < seen.count() == 300
    assert "number-290" in page.locator(".panel").inner_text()
    before = page.locator("svg.graph").get_attribute("viewBox")
    page.locator(".map").click(position={"x": 5, "y": 5})
    assert page.locator("svg.graph").get_attribute("viewBox") != before


def test_on_paper_the_whole_graph_is_shown(opened: Open) -> None:
    """Whatever part of it is on the screen; afterwards the screen is as before."""
    page = opened(REPORTS["merge"]).page
    page.get_by_role("button", name="Zoom in").click()
    view = page.locator("svg.graph").get_attribute("viewBox")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("svg.graph").get_attribute("viewBox").startswith("0 0 ")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("svg.graph").get_attribute("viewBox") == view


@pytest.mark.parametrize(
    ("shape", "most"), [*((shape, 3) for shape in reports.ALL), ("fifteen", 15)]
)
def test_a_sheet_is_short(shape: str, most: int, program: str) -> None:
    """A real PDF by the browser that `-o report.pdf` takes: three pages for one model at most,
    fifteen for fifteen, each with its number."""
    some = [made() for name, made in reports.ALL.items() if name != "wide"]
    several = {"fifteen": reports.report(*(some * 3))}
    printed = pdf(render((REPORTS | several)[shape], "html"), program)
    pages = len(re.findall(rb"/Type /Page\b(?!s)", printed))
    assert 1 <= pages <= most


def test_a_portfolio_is_filtered_and_sorted(opened: Open) -> None:
    """Words, verdict and country narrow the table, headers sort it and say so; the worst stand
    first."""
    page = opened(REPORTS["several"]).page
    rows = page.locator("#all tbody tr")
    assert rows.count() == 5 and rows.first.get_attribute("data-verdict") == "fail"

    def shown() -> int:
        return sum(row.is_visible() for row in rows.all())

    page.get_by_label("Filter").fill("qwen")
    assert 0 < shown() < 5 and f"{shown()} of 5 shown" in page.locator("#shown").inner_text()
    page.get_by_label("Filter").fill("")
    page.get_by_role("combobox", name="Verdict").select_option("fail")
    assert shown() == 1
    page.get_by_role("combobox", name="Verdict").select_option("")
    page.get_by_role("combobox", name="Country").select_option("United States")
    assert 0 < shown() < 5
    page.get_by_role("combobox", name="Country").select_option("")
    page.get_by_role("button", name="Model", exact=True).click()
    assert page.locator("th[aria-sort='ascending']").count() == 1
    first = [r.locator("th a").inner_text() for r in rows.all()]
    assert first == sorted(first, key=str.lower)
    page.get_by_role("button", name="Model", exact=True).click()
    assert [r.locator("th a").inner_text() for r in rows.all()] == first[::-1]


def sold() -> Report:
    """Three models of two vendors, one of whom would like to be a formula or an element."""
    rows = [("Acme", reports.simple), (reports.FORMULA, reports.merge), ("Acme", reports.tangle)]
    return reports.report(
        *(
            replace(
                made(),
                supplied=Supplied(
                    "v.csv", f"row {i}", (("Vendor", who), ("Product", reports.SCRIPT))
                ),
            )
            for i, (who, made) in enumerate(rows, 2)
        )
    )


def test_what_is_filtered_stands_in_the_address(opened: Open) -> None:
    """The address alone restores filter, order and groups; one that a stranger wrote breaks
    nothing."""
    held = opened(sold())
    page = held.page
    page.get_by_label("Filter").fill("t/a")
    page.get_by_label("Group by").select_option("vendor")
    page.get_by_role("button", name="Model", exact=True).click()
    address = page.url
    assert "filter=t%2Fa" in address and "group=vendor" in address and "sort=Model" in address
    page.goto("about:blank")
    page.goto(address)
    assert page.get_by_label("Filter").input_value() == "t/a"
    assert page.locator("tr.group").all_inner_texts() == ["Acme (1)"]
    page.goto("about:blank")
    hostile = "filter=<img src=x onerror=alert(1)>&group=constructor&verdict=%22&sort=-<b>"
    page.goto(f"{address.partition('#')[0]}#{hostile}")
    assert page.locator("img").count() == 0 and held.said == []
    assert "0 of 3 shown" in page.locator("#shown").inner_text()


def test_rows_are_copied_as_csv(opened: Open) -> None:
    """What is shown, in its order; no cell becomes a formula."""
    page = opened(sold()).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("combobox", name="Verdict").select_option("review")
    page.get_by_role("button", name="Copy as CSV").click()
    page.wait_for_function("document.getElementById('shown').textContent.includes('copied')")
    lines = page.evaluate("navigator.clipboard.readText()").split("\r\n")
    assert lines[0].startswith('"Verdict","Vendor","Product","Model"') and len(lines) == 2
    assert ""","'=HYPERLINK(""http""" in lines[1]


def test_models_are_grouped_and_expanded(opened: Open) -> None:
    """By vendor or by what they are built on, the largest group first; one button opens all."""
    page = opened(sold()).page
    page.get_by_label("Group by").select_option("vendor")
    heads = page.locator("tr.group").all_inner_texts()
    assert heads[0] == "Acme (2)" and len(heads) == 2
    page.get_by_label("Group by").select_option("foundation")
    assert any("Qwen2.5-7B" in one for one in page.locator("tr.group").all_inner_texts())
    page.get_by_role("button", name="Expand all").click()
    assert page.locator(".audited > details:not([open])").count() == 0
    page.get_by_role("button", name="Fold all").click()
    assert page.locator(".audited > details[open]").count() == 0
    assert page.locator("img").count() == 0 and page.locator("script").count() == 1


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
