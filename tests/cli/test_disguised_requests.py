"""Services that code asks without a client of theirs, by addresses, payloads and variables that it
puts together: each is found, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from disguised import Run, audited, check

DEEPSEEK = "api://api.deepseek.com"
TAG = "ollama:deepseek-r1:8b"
OLLAMA = "http://localhost:11434/api/chat"
POSTED = {
    "pieces": f"requests.post('{OLLAMA}', json={{'model': 'deepseek' + '-r1:8b'}})",
    "base": "requests.post(U + '/api/chat', json={'model': 'deepseek' + '-r1:8b'})\n"
    "U = 'http://localhost:11434'",
    "text": f"requests.post('{OLLAMA}', data=json.dumps({{'model': 'deepseek' + '-r1:8b'}}))",
    "item": f"p = {{}}\np['model'] = 'deepseek' + '-r1:8b'\nrequests.post('{OLLAMA}', json=p)",
    "environ": "requests.post(os.environ['U'] + '/api', json={'model': 'deepseek' + '-r1:8b'})",
    "bytes": f"Request('{OLLAMA}', json.dumps({{'model': 'deepseek' + '-r1:8b'}}).encode())",
    "written": "c.request('POST', '/api/chat', '{\"model\": \"deepseek' + '-r1:8b\"}')",
}
ASKED = {
    "host": "import http.client\nhttp.client.HTTPSConnection('api.deepseek.com')",
    "pieces": "import http.client\nhttp.client.HTTPSConnection('api.deep' + 'seek.com')",
    "socket": "import socket\nsocket.create_connection(('api.deepseek.com', 443))",
    "httpx": "import httpx\nhttpx.URL(scheme='https', host='api.deepseek.com')",
    "yarl": "from yarl import URL\nURL.build(scheme='https', host='api.deepseek.com')",
    "unsplit": "from urllib.parse import urlunsplit\n"
    "urlunsplit(('https', 'api.deepseek.com', '/chat/completions', '', ''))",
    "join": "from urllib.parse import urljoin\nurljoin('https://api.deepseek.com', '/chat')",
}
SET = {
    "key": "os.environ['OPENAI_' + 'BASE_URL'] = 'https://api.deepseek.com'",
    "constant": "K = 'OPENAI_BASE_URL'\nos.environ[K] = 'https://api.deepseek.com'",
    "put": "os.putenv('OPENAI_' + 'BASE_URL', 'https://api.deepseek.com')",
    "default": "os.environ.setdefault('OPENAI_' + 'BASE_URL', 'https://api.deepseek.com')",
    "update": "os.environ.update({'OPENAI_' + 'BASE_URL': 'https://api.deepseek.com'})",
    "into": "os.environ |= {'OPENAI_' + 'BASE_URL': 'https://api.deepseek.com'}",
    "given": "subprocess.run(c, env={**os.environ, 'OPENAI_' + 'BASE_URL': 'https://api.deepseek.com'})",
}


@pytest.mark.parametrize("name", POSTED)
def test_a_payload_names_a_model(lineage: Run, tmp_path: Path, name: str) -> None:
    """Whether it is a table or a text, and whether the address is known or not."""
    code = f"import json, os, requests\n{POSTED[name]}\n"
    assert audited(check(lineage, tmp_path, {"a.py": code})) == {"a.py": {TAG}}


@pytest.mark.parametrize("name", ASKED)
def test_a_host_without_its_scheme_is_asked(lineage: Run, tmp_path: Path, name: str) -> None:
    report = check(lineage, tmp_path, {"a.py": f"{ASKED[name]}\n"})
    assert audited(report) == {"a.py": {DEEPSEEK}}


@pytest.mark.parametrize("name", SET)
def test_a_variable_is_set_under_a_key_put_together(
    lineage: Run, tmp_path: Path, name: str
) -> None:
    report = check(lineage, tmp_path, {"a.py": f"import os\n{SET[name]}\n"})
    assert audited(report) == {"a.py": {DEEPSEEK}}


def test_the_hub_is_sent_elsewhere_by_a_key_put_together(lineage: Run, tmp_path: Path) -> None:
    """An open point, with its line; not where the address is the Hub's own."""
    sets = {
        "key.py": "os.environ['HF_' + 'ENDPOINT'] = 'https://evil.example'",
        "constant.py": "os.environ[K] = 'https://evil.example'\nK = 'HF_ENDPOINT'",
        "put.py": "os.putenv('HF_' + 'ENDPOINT', address())",
        "update.py": "os.environ.update({'HF_' + 'ENDPOINT': 'https://evil.example'})",
        "into.py": "os.environ |= {'HF_' + 'ENDPOINT': 'https://evil.example'}",
        "own.py": "os.environ['HF_' + 'ENDPOINT'] = 'https://huggingface.co'",
        "other.py": "os.environ['HF_' + 'HOME'] = 'https://evil.example'",
    }
    report = check(lineage, tmp_path, {name: f"import os\n{code}\n" for name, code in sets.items()})
    told = {(use["file"], use["line"]) for use in report["scan"]["unresolved"]}
    assert told == {(name, 2) for name in sets if name not in ("own.py", "other.py")}


def test_what_only_looks_like_a_payload_is_none(lineage: Run, tmp_path: Path) -> None:
    """A word that no table knows, posted to somebody's own address; a host in a list of texts."""
    code = (
        "import requests\nrequests.post(url + '/cars', json={'model': 'golf' + '-4'})\n"
        "print('api.deepseek.com')\n"
    )
    report = check(lineage, tmp_path, {"a.py": code})
    assert not audited(report)
    assert not report["scan"]["unresolved"]


def test_a_function_that_posts_for_several_names_no_service(lineage: Run, tmp_path: Path) -> None:
    """Which of its addresses gets which of its models, nobody knows."""
    code = (
        "import requests\ndef ask(url, model):\n    requests.post(url, json={'model': model})\n"
        "ask('https://api.deepseek.com/chat/completions', 'deepseek-chat')\n"
        "ask('https://api.cohere.com/v2/chat', 'command-a-03-2025')\n"
    )
    told = audited(check(lineage, tmp_path, {"a.py": code}))["a.py"]
    assert f"{DEEPSEEK}/command-a-03-2025" not in told
    assert any("deepseek" in one for one in told)
    assert any("command-a" in one for one in told)
