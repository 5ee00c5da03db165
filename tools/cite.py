"""Turns the source notes of the raw collection into citations that a reader can follow; a note that names no public place gives none."""

from __future__ import annotations

import re
from collections.abc import Iterable

_GITHUB = re.compile(
    r"github:(?P<repo>[\w.-]+/[\w.-]+?)(?:@(?P<commit>[0-9a-f]{7,40}))?(?::(?P<path>[^\s();,\"]+))?(?=[\s();,:]|$)(?P<rest>.*)"
)
_PYPI = re.compile(r"pypi:(?P<name>[A-Za-z0-9_.-]+?)-(?P<version>\d[\w.]*)\s*(?P<rest>.*)", re.S)
_CLASS = re.compile(r"class (?P<name>\w+) found in (?P<packages>.+)")
_PACKAGES = {
    "llamacpp": "llama_cpp_python/0.3.36",
    "sglang": "sglang/0.5.23",
    "swift": "ms_swift/4.6.0",
    "vllm": "vllm/0.33.0",
    "transformers": "transformers/5.23.0",
    "diffusers": "diffusers/0.42.1",
}
# Named in the raw notes without a place that others can open.
_PRIVATE = ("Hub relation dump", "find_string", "public code", "package source text", "live Hub redirect", "github file, stored", "stored ")
_TIDY = re.compile(r"\s+")


def citations(notes: Iterable[str], seen_on: str) -> list[dict[str, str]]:
    """One citation for each note that names a public place, in order, without repeats."""
    found: list[dict[str, str]] = []
    for note in notes:
        for citation in _of(note):
            citation["seen_on"] = seen_on
            if citation not in found:
                found.append(citation)
    return found


def _of(note: str) -> list[dict[str, str]]:
    note = _TIDY.sub(" ", note).strip()
    if note.startswith("Epoch AI organizations table"):
        entry = note.partition(' entry "')[2].partition('"')[0]
        title = f'Epoch AI organizations table (mirror), data/organizations.csv, entry "{entry}"'
        return [{"url": "https://github.com/VinodGeorge24/AI_Benchmark", "title": title, "published_on": "2025-05"}]
    if note.startswith("Epoch all_ai_models.csv"):
        model = note.partition("): ")[2]
        title = f'Epoch AI all_ai_models.csv (mirror), entry "{model}"'
        return [{"url": "https://github.com/simsharmaa/INFSCI1520", "title": title, "published_on": "2025-03"}]
    if note.startswith("vLLM tests/models/registry.py"):
        return [{"url": "https://github.com/vllm-project/vllm/blob/main/tests/models/registry.py", "title": "vLLM test registry"}]
    if note.startswith(_PRIVATE):
        return []
    if note.startswith("http"):
        url, _, title = note.partition(" ")
        return [{"url": url, "title": _balanced(title)}] if title else [{"url": url}]
    if match := _CLASS.match(note):
        names = [name.strip() for name in match["packages"].split(",")]
        return [_package(_PACKAGES[name], f"class {match['name']}") for name in names if name in _PACKAGES]
    if match := _PYPI.match(note):
        return [_package(f"{match['name']}/{match['version']}", match["rest"])]
    if note.startswith("Hub dump config.model_type"):
        title = note.partition(" (github")[0]
        return [{"url": "https://github.com/hakanotal/hf-dep-network-analysis", "title": title, "published_on": "2025-06"}]
    if match := _GITHUB.search(note):
        return [_github(match)]
    return []


def _package(place: str, title: str) -> dict[str, str]:
    name, _, version = place.partition("/")
    url = f"https://pypi.org/project/{name.replace('_', '-').lower()}/{version}/"
    return {"url": url, "title": title.strip()} if title.strip() else {"url": url}


def _github(match: re.Match[str]) -> dict[str, str]:
    repo, commit, path, rest = match["repo"], match["commit"], match["path"], _balanced(match["rest"].strip(" :,"))
    url = f"https://github.com/{repo}"
    title = " ".join(part for part in (path or "", rest) if part)
    if commit and path:
        return {"url": f"{url}/blob/{commit}/{path}", "title": rest} if rest else {"url": f"{url}/blob/{commit}/{path}"}
    return {"url": url, "title": title} if title else {"url": url}


def _balanced(text: str) -> str:
    """Without the brackets that enclosed all of it."""
    text = text.strip()
    inner = text.removeprefix("(")
    return inner.removesuffix(")").strip() if inner != text and "(" not in inner else text
