"""The HTML page without a browser: well-formed, escaped, hashed, the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from lineage.evidence.supplied import Agreement, Compared
from lineage.policy.finding import Finding, Level, Verdict
from lineage.report.document import Supplied
from lineage.report.formats import render
from lineage.report.html.labels import two_lines
from lineage.report.html.markup import join, link, prose, shown, tag
from lineage.report.web import web_url
from report import reports

_VOID = {"meta", "input", "br"}


class Outline(HTMLParser):
    """What a parser sees: the elements that are open, and all ids, references and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.headings: list[int] = []
        self.names: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.names.append(tag)
        self.ids += [str(held["id"])] if "id" in held else []
        self.targets |= {str(held["href"])[1:]} if str(held.get("href")).startswith("#") else set()
        self.headings += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)


def page(*shapes: str) -> str:
    """The page of one or more hand-built reports."""
    return render(reports.report(*(reports.ALL[shape]() for shape in shapes)), "html")


@pytest.mark.parametrize(
    "shapes", [*((shape,) for shape in sorted(reports.ALL)), ("merge", "hostile", "tangle")]
)
def test_the_page_is_well_formed(shapes: tuple[str, ...]) -> None:
    """Every element is closed, every id is unique, every inner link leads somewhere, no heading
    level is skipped."""
    seen = Outline(page(*shapes))
    assert seen.open == []
    assert len(seen.ids) == len(set(seen.ids))
    assert seen.targets <= set(seen.ids)
    assert seen.headings[0] == 1 and seen.headings.count(1) == 1
    assert all(
        after <= before + 1 for before, after in zip(seen.headings, seen.headings[1:], strict=False)
    )
    assert {"header", "main", "footer", "nav"} <= set(seen.names)


def test_style_and_script_are_allowed_by_hash_alone() -> None:
    """The content policy names exactly the hashes of the two blocks on the page, and nothing from
    any network."""
    text = page("simple")
    policy = (
        re.search(r'Content-Security-Policy" content="([^"]+)"', text)
        .group(1)
        .replace("&#x27;", "'")
    )
    assert (
        policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
    )
    for name in ("style", "script"):
        block = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert not re.search(
        r'\b(src|xlink:href|action|formaction|style|on\w+)="',
        text.split("<script>")[0].split("</style>")[1],
    )


def test_the_first_screen_answers() -> None:
    """Verdict, reason, what to do, the way to the verdict and the strip stand before the findings,
    these before the tests and the graph."""
    text = page("merge")
    marks = (
        "v-review",
        'class="why"',
        "What to do: ",
        'class="way"',
        "<dt>Tests</dt>",
        "Why this asks for a review</h2>",
        "What published tests found</h2>",
        "What is not known</h2>",
        '<svg class="graph"',
    )
    order = [text.index(mark) for mark in marks]
    assert order == sorted(order)


def test_a_finding_is_a_sentence_with_what_to_do() -> None:
    """No paragraph of a finding begins with a rule's id; it stands small beside it."""
    found = Finding(
        "foundation-jurisdiction",
        Level.REVIEW,
        "Qwen/Qwen2.5-7B",
        ("acme/assistant-7b", "Qwen/Qwen2.5-7B"),
        "acme/assistant-7b descends from Qwen/Qwen2.5-7B.",
    )
    target = replace(reports.simple(), verdict=Verdict.REVIEW, findings=(found,))
    text = render(reports.report(target), "html")
    entry = text[text.index('class="findings"') :]
    said, rule, todo = (
        entry.index("Qwen2.5-7B was developed by Alibaba Cloud (China)"),
        entry.index('<p class="rule">foundation-jurisdiction'),
        entry.index('class="todo">Choose another base'),
    )
    assert said < rule < todo


def test_a_jurisdiction_that_the_policy_names_is_marked() -> None:
    """By shape and word in the drawing, by sign and name in text; another policy marks nothing."""
    named = replace(reports.report(reports.simple()), jurisdictions=("CN",))
    text, plain = render(named, "html"), page("simple")
    box = re.search(r'<a href="#t1-m2" class="node[^"]*\bnamed\b[^>]*>.*?</a>', text)
    assert box is not None and "▲ China" in box[0] and "l11 11" in box[0]
    assert "▲ China" not in plain and not re.search(r'class="node[^"]*\bnamed\b', plain)
    assert "from China, which the policy names" in text


def test_the_deciding_path_is_lit_without_script() -> None:
    """The steps on the paths of the findings that made the verdict, and no others."""
    text = page("merge")
    lit = re.findall(r'class="edge g-\w+ lit" data-from="(t1-m\d+)" data-to="(t1-m\d+)"', text)
    nodes = list(reports.merge().graph.nodes)
    named = [(nodes[int(a[4:]) - 1], nodes[int(b[4:]) - 1]) for a, b in lit]
    assert set(named) == {
        ("someone/part-00", "acme/Merged-7B"),
        ("Qwen/Qwen2.5-7B", "someone/part-00"),
    }


def test_edges_are_labelled_once_per_bundle() -> None:
    """Twelve merged parts and one stated one share a label; bases of four parts carry theirs."""
    text = page("merge")
    assert text.count(">merged × 13</text>") == 1 and ">merged</text>" not in text
    assert {">fine-tuned × 4</text>", ">adapter × 4</text>", ">quantized × 4</text>"} <= set(
        re.findall(r">[a-z-]+ × \d+</text>", text)
    )


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("gpt2", ("gpt2", "")),
        ("deepseek-ai/DeepSeek-R1", ("deepseek-ai/", "DeepSeek-R1")),
        ("a/b-" + "x" * 40, None),
        ("n" * 96, None),
    ],
)
def test_names_stand_whole_on_two_lines(name: str, lines: tuple[str, str] | None) -> None:
    """Parted after the namespace or at a mark; nothing is cut out of the middle."""
    first, second = two_lines(name)
    assert first + second == name
    assert lines is None or (first, second) == lines


def test_the_running_head_cannot_be_broken_out_of() -> None:
    """A model's name in the style sheet is spelled in numbers: it ends neither string, rule nor
    element."""
    text = page("hostile")
    head = re.search(r"@top-left \{ content: \"([^\n]*?)\" \}", text.split("</style>")[0])
    assert head is not None and re.fullmatch(r"[A-Za-z0-9 \\]*", head[1])
    assert "lineage" in page("simple").split("</style>")[0].rsplit("@page", 1)[1].lower()


def test_a_portfolio_shows_the_worst_first() -> None:
    """With the vendor's and product's columns where the file has them, the whole value as text."""
    columns = (("Vendor name", "A<b>"), ("Product", "Bot"))
    sold = replace(reports.local_folder(), supplied=Supplied("v.csv", "row 2", columns))
    text = render(reports.report(reports.simple(), sold), "html")
    rows = re.findall(r'<tr data-verdict="([a-z]+)"', text)
    assert rows == ["inconclusive", "pass"]
    assert '<td data-label="Vendor">A&lt;b&gt;</td><td data-label="Product">Bot</td>' in text
    plain = page("simple", "tangle")
    assert ">Vendor</th>" not in plain and 'value="vendor"' not in plain


def test_nothing_is_left_out() -> None:
    """Every model, claim, finding, waiver, result, control, caveat and open question is on the
    page."""
    text = page("merge")
    for said in (
        *reports.merge().graph.nodes,
        "inherited-censorship-evidence",
        "unresolved-base",
        "Delivered on paper, archived under C-17.",
        "J. Officer",
        "62.5%",
        "n = 1360",
        "3%",
        "One prompt template only.",
        "Also reported, not used",
        "/mnt/data/ckpt",
        "The Hub answers as for a missing or private repo.",
        "2026-11-19",
        "Signature",
    ):
        assert said in text, said


def test_the_suppliers_words_stand_beside_ours() -> None:
    """What a vendor's file says is shown with its row and columns, and whether it agrees."""
    supplied = Supplied(
        "v.csv",
        "row 2",
        (("Vendor", "A<b>"),),
        (Compared("base model", "x/<i>", "Qwen/Qwen2.5-7B", Agreement.CONTRADICTS),),
    )
    text = render(
        reports.report(replace(reports.simple(), supplied=supplied), reports.local_folder()), "html"
    )
    assert "A&lt;b&gt;" in text and "x/&lt;i&gt;" in text and "<b>contradicts: </b>" in text
    assert "the supplier says otherwise" in text


def test_the_page_is_reproducible() -> None:
    """The same report is the same bytes."""
    assert page("merge", "wide") == page("merge", "wide")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        " https://a.example",
        "https://user:pw@a.example/",
        "https://",
        "//a.example",
        "https://a.example/\u202e",
        "https://a.example/\n",
        "https://[::1",
        "vbscript:x",
        "file:///etc/passwd",
        None,
        7,
    ],
)
def test_what_is_no_web_address_is_no_link(url: object) -> None:
    """Only clean http and https addresses become links."""
    assert web_url(url) is None
    assert "<a" not in link(url)


def test_web_addresses_become_links() -> None:
    """With their quotes and ampersands escaped, and telling the other side nothing."""
    made = link("https://a.example/x?y=1&z='2'", "<b>")
    assert (
        made.startswith(
            '<a href="https://a.example/x?y=1&amp;z=&#x27;2&#x27;" rel="noopener noreferrer'
        )
        and "&lt;b&gt;" in made
    )


def test_only_markup_is_markup() -> None:
    """Strings are escaped as text and as attributes; bidi controls are spelled out; long names tell
    their length."""
    assert (
        tag("p", "<&\"'>", title='"><script>')
        == '<p title="&quot;&gt;&lt;script&gt;">&lt;&amp;&quot;&#x27;&gt;</p>'
    )
    assert join(tag("b", "x"), "<") == "<b>x</b>&lt;"
    assert prose("run `a <b>` now", 99) == "run <code>a &lt;b&gt;</code> now"
    assert prose("one ` alone", 99) == "one ` alone"
    assert "\u202e" not in tag("p", "a\u202eb", title="\u2066")
    assert len(shown("x" * 10_000)) < 200 and "10000 characters" in shown("x" * 10_000)
