"""The pages, as any browser without a script has them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests

from lineage.core.errors import UsageError
from lineage.core.version import __version__
from lineage.policy.load import load_pack
from serve.conftest import Client, Serve

MODEL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
OTHER = "Qwen/QwQ-32B-Preview"
HOSTILE = [
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "acme/\u202egnp.exe",
    "a/" + "x" * 5000,
    "../../../etc/passwd",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
]


def ordered(client: Client, models: str = "", **more: Any) -> requests.Response:
    """What the form sends, as a browser sends it."""
    fields = {"models": models, "policy": "default", "title": "", "column": ""} | more
    sent = {name: (None, value) for name, value in fields.items() if isinstance(value, str)}
    sent |= {name: value for name, value in fields.items() if not isinstance(value, str)}
    return client.form("/audits", sent, allow_redirects=False)


def done(client: Client, models: str = "", **more: Any) -> str:
    """The id of a run that is over."""
    answer = ordered(client, models, **more)
    assert answer.status_code == 303, answer.text
    id_ = answer.headers["location"].removeprefix("/audits/")
    assert client.over(id_)["state"] == "done"
    return id_


class Seen(HTMLParser):
    """What a browser makes of a page: its elements, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def every_page(client: Client, id_: str, other: str) -> list[str]:
    """An address of each kind."""
    return [
        *("/", f"/audits/{id_}", f"/audits/{id_}/delete", "/history", f"/models/{MODEL}"),
        *(f"/compare?before={other}&after={id_}", "/about", "/nowhere"),
    ]


def test_from_a_pasted_list_to_every_file(serve: Serve) -> None:
    """The run's page tells the verdict first, and every way on it leads to something."""
    client = serve()
    id_ = done(client, f"{MODEL}\n{OTHER}\n", pack="on", title="Vendors of May")
    page = Seen(client.get(f"/audits/{id_}").text)
    assert page.text.index("review") < page.text.index("Vendors of May")
    ways = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert f"/audits/{id_}/report" in ways and f"/audits/{id_}/answers" in ways
    for way in sorted(way for way in ways if way and way.startswith("/")):
        answer = client.get(way)
        assert answer.status_code == 200, way
    formats = [way for way in ways if way and "/files/" in way]
    assert len(formats) == 15


def test_one_model_is_answered_in_the_words_of_the_report(serve: Serve) -> None:
    """Why and what to do are the report's own sentences."""
    client = serve()
    id_ = done(client, MODEL)
    report = Seen(client.get(f"/audits/{id_}/report").text)
    page = Seen(client.get(f"/audits/{id_}").text)
    for start, end in (("Its card was not read", "."), ("What to do:", ".")):
        told = page.text[page.text.index(start) :]
        assert told[: told.index(end)] in report.text


def test_the_report_is_the_filed_one_but_for_the_way_back(serve: Serve) -> None:
    """Its own policy stands in the header too; without the one link it is the file, byte for
    byte."""
    client = serve()
    id_ = done(client, MODEL)
    shown, file = client.get(f"/audits/{id_}/report"), client.get(f"/audits/{id_}/files/html")
    back = f'<a href="/audits/{id_}">Back to the run</a>'
    assert shown.text.replace(back, "", 1) == file.text and back in shown.text
    policy = shown.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy and "frame-ancestors 'none'" in policy
    assert policy.partition("; frame")[0] in shown.text.replace("&#x27;", "'")


def test_what_is_wrong_stands_beside_what_was_typed(serve: Serve) -> None:
    """Nothing is lost, and nothing is started."""
    client = serve(limits=_small())
    names = "a/b\nc/d\ne/f\ng/h"
    answer = ordered(client, names, title="Kept & <b>", policy="strict")
    page = Seen(answer.text)
    assert answer.status_code == 400 and "4 rows; one run here accepts at most 3" in page.text
    assert names in answer.text.replace("\r\n", "\n")
    fields = {a["name"]: a for tag, a in page.tags if tag in ("input", "textarea") and "name" in a}
    assert fields["title"]["value"] == "Kept & <b>"
    assert fields["models"]["aria-invalid"] == "true"
    assert "models-wrong" in str(fields["models"]["aria-describedby"])
    assert ("option", {"value": "strict", "selected": None}) in page.tags
    assert client.get("/history").text.count("<tr>") == 0


def form_of(client: Client, path: str, action: str) -> dict[str, Any]:
    """The hidden fields of one form of a page, as a browser sends them with it."""
    text = client.get(path).text
    form = text.partition(f'action="{action}"')[2].partition("</form>")[0]
    hidden = [a for tag, a in Seen(form).tags if tag == "input" and a.get("type") == "hidden"]
    return {str(one["name"]): (None, str(one["value"])) for one in hidden}


def test_a_form_that_is_sent_twice_makes_one_run(serve: Serve) -> None:
    """The second press leads to the first run, at the same time too; what was changed in between,
    and what stands on a page that was loaded anew, is asked for as well."""
    client = serve()

    def sent(form: dict[str, Any], path: str = "/audits", title: str = "Mine") -> str:
        more = {"models": (None, OTHER), "title": (None, title)} if path == "/audits" else {}
        answer = requests.post(
            client.url + path,
            files=form | more,
            headers={"Origin": client.url, "Cookie": f"{cookie.name}={cookie.value}"},
            allow_redirects=False,
            timeout=30,
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    form = form_of(client, "/", "/audits")
    (cookie,) = client.session.cookies
    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(lambda _: sent(form), range(4))
    assert {*others} == {first}
    assert sent(form, title="Another") != first
    assert sent(form_of(client, "/", "/audits")) != first
    assert len(client.get("/v1/audits").json()["audits"]) == 3
    assert client.over(first.removeprefix("/audits/"))["state"] == "done"
    once_more = form_of(client, first, f"{first}/again")
    again = {sent(once_more, f"{first}/again") for _ in range(2)}
    assert len(again) == 1 and first not in again
    assert len(client.get("/v1/audits").json()["audits"]) == 4


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "No model is named"),
        ({"models": "a/b", "file": ("l.csv", b"model\na/b\n")}, "and a file as well"),
        ({"file": ("l.csv", b"vendor,price\nx,1\n")}, "names no column of models"),
        ({"file": ("l.json", b"{")}, "is not valid JSON"),
        ({"file": ("l.csv", b"model\n" + b"a/b\n" * 50_000)}, "larger than"),
        ({"file": ("l.json", b'["a/\\ud800b"]')}, "half a character"),
        ({"models": "a/b", "policy": "none-such"}, "There is no policy"),
        ({"file": ("l.csv", b"model,x\na/b,1\n"), "column": "wrong"}, "has no column"),
    ],
)
def test_every_refusal_is_the_form_again(
    serve: Serve, fields: dict[str, Any], message: str
) -> None:
    """With a status that says so, a way to the field, and no word of the command line's options."""
    answer = ordered(serve(limits=_small()), **fields)
    page = Seen(answer.text)
    assert answer.status_code in (400, 413) and message in page.text
    assert ("div", {"class": "notice wrong", "role": "alert"}) in page.tags
    invalid = [a["id"] for _, a in page.tags if a.get("aria-invalid")]
    assert invalid and f'href="#{invalid[0]}"' in answer.text
    assert "--model-column" not in answer.text


def _small() -> Any:
    from lineage.serve.settings import Limits

    return Limits(rows=3, upload=100_000)


def test_a_dropped_file_of_each_kind(serve: Serve, tmp_path: Path) -> None:
    """Its name becomes the title, and its rows the models."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("Vendor", "Model"), ("Acme", MODEL), ("Bolt", OTHER)):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    client = serve()
    for name, body in (
        ("list.xlsx", (tmp_path / "list.xlsx").read_bytes()),
        ("list.csv", f"model\n{MODEL}\n{OTHER}\n".encode()),
        ("list.md", f"- {MODEL}\n- {OTHER}\n".encode()),
    ):
        id_ = done(client, "", file=(name, body))
        text = Seen(client.get(f"/audits/{id_}").text).text
        assert name in text and MODEL in text and OTHER in text


def test_hostile_names_stay_text(serve: Serve) -> None:
    """On every page: no element, no attribute, no address of a stranger's making."""
    client = serve()
    listed = "\n".join(["model", *(f'"{name}"' for name in HOSTILE)])
    title = "<script>alert(2)</script>\u202e\x1b[31m"
    answer = ordered(
        client, policy="default", title=title, pack="on", file=("<i>\u202e.csv", listed.encode())
    )
    id_ = answer.headers["location"].removeprefix("/audits/")
    client.over(id_)
    other = done(client, f"{MODEL}\n")
    again = client.form(f"/audits/{id_}/again", allow_redirects=False)
    same = again.headers["location"].removeprefix("/audits/")
    client.over(same)
    found = [
        *every_page(client, id_, other),
        *(f"/compare?before={id_}&after={same}", f"/audits/{id_}?q=%3Cscript%3E&sort=%27"),
        *("/models/%3Cscript%3Ealert(1)%3C/script%3E", "/history?q=%22%3E%3Cscript%3E"),
        *("/?models=%3C/textarea%3E%3Cscript%3Ealert(1)", f"/audits/{id_}/models/0"),
    ]
    for path in found:
        text = client.get(path).text
        page = Seen(text)
        scripts = [attributes for tag, attributes in page.tags if tag == "script"]
        is_report = "/models/0" in path
        assert len(scripts) == 1 and (is_report or "src" in scripts[0]), path
        assert not any(tag in ("img", "iframe", "i", "base") for tag, _ in page.tags), path
        for _, attributes in page.tags:
            assert not any(name.startswith("on") or name == "style" for name in attributes), path
            href = attributes.get("href", "/") or ""
            assert href.startswith(("/", "#", "data:,", "https://")), (path, href)
        assert not re.search("[\u202e\x1b]", text), path


def test_no_page_is_wide(serve: Serve) -> None:
    """A run of many models is a page of a hundred; filter and order are parameters."""
    client = serve()
    id_ = done(client, "\n".join(f"nobody/m{n:03}" for n in range(230)) + f"\n{MODEL}\n")
    address = f"/audits/{id_}"
    rows = re.compile(r'<tr data-number="(\d+)"')
    first = client.get(address).text
    assert len(rows.findall(first)) == 100 and "1 to 100 of 231" in first
    third = rows.findall(client.get(f"{address}?page=3&sort=list").text)
    assert third == [str(n) for n in range(200, 231)]
    assert rows.findall(client.get(f"{address}?page=99&sort=list").text) == third
    assert rows.findall(client.get(f"{address}?verdict=review").text) == ["230"]
    assert rows.findall(client.get(f"{address}?q=M22").text) == [str(n) for n in range(220, 230)]
    assert rows.findall(client.get(f"{address}?q=%25").text) == []


def test_a_model_over_time_and_what_changed(serve: Serve) -> None:
    """The history of a model sets runs of one policy against each other; any two are compared."""
    client = serve()
    one, two, strict = (
        done(client, MODEL, policy=name) for name in ("default", "default", "strict")
    )
    text = Seen(client.get(f"/models/{MODEL}").text).text
    assert "as before" in text and text.count("first under this policy") == 2
    same = Seen(client.get(f"/compare?before={one}&after={two}").text).text
    assert "SAME" in same
    other = client.get(f"/compare?before={one}&after={strict}&model={MODEL}")
    assert "policy: default, now strict" in Seen(other.text).text
    told = client.get(f"/compare?before={one}&after={strict}&format=json").json()
    assert told["schema"] == "lineage-drift/1" and told["before"]["models"] == 1
    markdown = client.get(f"/compare?before={one}&after={strict}&format=markdown")
    assert (
        markdown.text.startswith("**") and "attachment" in markdown.headers["content-disposition"]
    )


def test_the_history_can_be_searched(serve: Serve) -> None:
    """By a part of the title or of a model's name, by policy and by verdict."""
    client = serve()
    done(client, MODEL, title="Spring")
    done(client, OTHER, title="Autumn 100%", policy="strict")

    def found(query: str) -> set[str]:
        text = client.get(f"/history?{query}").text
        return {title for title in ("Spring", "Autumn 100%") if title in text}

    assert found("") == {"Spring", "Autumn 100%"}
    assert found("q=qwq") == {"Autumn 100%"} == found("q=100%25") == found("policy=strict")
    assert found("q=%25%25") == set() == found("verdict=pass")
    assert found("q=DISTILL") == {"Spring"}


def test_a_run_is_cancelled_and_deleted_by_two_presses(serve: Serve) -> None:
    """Asking to delete shows what goes; what is deleted is not found any more."""
    client = serve()
    id_ = done(client, MODEL)
    asked = client.get(f"/audits/{id_}/delete")
    assert "Delete this run?" in asked.text and client.get(f"/audits/{id_}").status_code == 200
    gone = client.form(f"/audits/{id_}/delete")
    assert gone.status_code == 200 and "The run is deleted" in gone.text
    missing = client.get(f"/audits/{id_}")
    assert missing.status_code == 404 and "There is no such run" in missing.text
    long = ordered(client, "\n".join(f"a/m{n}" for n in range(400)))
    client.form(f"{long.headers['location']}/cancel")
    assert client.over(long.headers["location"].removeprefix("/audits/"))["state"] == "cancelled"
    assert "Cancelled." in client.get(long.headers["location"]).text


def test_a_run_that_goes_on_looks_again_by_itself(serve: Serve) -> None:
    """Without a script too; whoever does not want that has a way."""
    client = serve()
    way = ordered(client, "\n".join(f"a/m{n}" for n in range(600))).headers["location"]
    text = client.get(way).text
    assert '<noscript><meta http-equiv="refresh"' in text and 'role="status"' in text
    assert "http-equiv" not in client.get(f"{way}?still=yes").text
    client.form(f"{way}/cancel")


def test_problems_are_pages_for_people_and_json_for_programs(serve: Serve) -> None:
    """Each with a status and a way on."""
    client = serve()
    for path in ("/nowhere", "/audits/none", "/audits/none/report", "/static/x.css", "/models/a/b"):
        answer = client.get(path)
        assert answer.status_code == 404 and "text/html" in answer.headers["content-type"], path
        assert 'href="/' in answer.text
    answer = client.get("/v1/nowhere")
    assert answer.status_code == 404 and answer.json()["detail"]
    assert client.form("/about").status_code == 405


def test_nothing_secret_stands_on_a_page(serve: Serve, tmp_path: Path) -> None:
    """No path of the machine, no token, not the login of an address."""
    from lineage.workflows.options import HubAccess, Options

    hub = HubAccess(endpoint="http://user:hunter2@127.0.0.1:9", token="hf_secret")
    with pytest.raises(UsageError) as refused:  # such a server does not even start
        serve(Options(hub=hub), folder=tmp_path / "other")
    assert "hunter2" not in str(refused.value)
    hub = HubAccess(endpoint="http://127.0.0.1:9", token="hf_secret")
    text = serve(Options(hub=hub)).get("/about").text
    assert "http://127.0.0.1:9" in text
    assert not any(word in text for word in ("hf_secret", str(tmp_path), "/home"))


def test_pages_need_nothing_inline(serve: Serve) -> None:
    """The style and the script are files whose names change with them, and are kept for long."""
    client = serve()
    id_, other = done(client, MODEL), done(client, MODEL)
    for path in every_page(client, id_, other):
        page = Seen(client.get(path).text)
        assert not any(tag == "style" for tag, _ in page.tags), path
        for tag, attributes in page.tags:
            if tag in ("script", "link") and attributes.get("rel") != "icon":
                file = client.get(str(attributes.get("src") or attributes.get("href")))
                assert file.status_code == 200 and "immutable" in file.headers["cache-control"]
        forms = [a for tag, a in page.tags if tag == "form" and a.get("method") == "post"]
        hidden = [a for tag, a in page.tags if tag == "input" and a.get("name") == "csrf"]
        assert len(forms) == len(hidden), path
        labels = {a.get("for") for tag, a in page.tags if tag == "label"}
        assert {"models", "file", "policy"} <= labels or path != "/"


def test_how_a_list_was_read_is_told(serve: Serve) -> None:
    """A guess about the column, or about the letters of a file, stands on the run's page."""
    client = serve()
    id_ = done(client, "", file=("l.csv", f"caf\xe9,x\n{MODEL},1\n".encode("latin-1")))
    assert "read as Windows-1252" in Seen(client.get(f"/audits/{id_}").text).text


def test_a_list_is_asked_for_again_when_its_policy_is_gone(serve: Serve, tmp_path: Path) -> None:
    """Under another one, from its page and from the API; and not under the one that is gone, which
    could only fail."""
    policies = {name: load_pack(name, __version__) for name in ("default", "strict")}
    ours = {"ours": replace(policies["strict"], name="ours")}
    folder = tmp_path / "state"
    before = serve(folder=folder, policies={**policies, **ours})
    id_ = done(before, f"{MODEL}\n{OTHER}", policy="ours")
    before.stop()
    client = serve(folder=folder, policies=policies)
    page = Seen(client.get(f"/audits/{id_}").text)
    options = [a.get("value") for tag, a in page.tags if tag == "option"]
    assert options == ["default", "strict"] and "Policy ours" in page.text
    gone = client.post(f"/v1/audits/{id_}/again", json={})
    assert gone.status_code == 422 and "no policy 'ours'" in gone.json()["detail"]
    asked = client.post(f"/v1/audits/{id_}/again?policy=strict", json={}).json()
    assert asked["policy"] == "strict" and asked["models"] == 2
    form = {"policy": (None, "default")}
    sent = client.form(f"/audits/{id_}/again", form, allow_redirects=False)
    found = client.over(sent.headers["location"].removeprefix("/audits/"))
    assert found["state"] == "done" and found["policy"] == "default" and found["models"] == 2
    refused = client.form(f"/audits/{id_}/again", {"policy": (None, "ours")})
    assert refused.status_code == 400 and "no policy" in Seen(refused.text).text
