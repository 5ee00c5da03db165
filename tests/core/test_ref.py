"""The forms in which people write the name of a model, and what is none."""

from __future__ import annotations

import pytest

from lineage.core.errors import InvalidRefError
from lineage.core.ref import has_password, parse_ref, unwrapped

OWN = "http://hub.corp:8080/hf"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("hf.co/org/name-GGUF:Q4_K_M", "org/name-GGUF"),
        ("hf.co/org/name:latest", "org/name"),
        ("org/name:UD-Q4_K_XL", "org/name"),
        ("https://hf-mirror.com/org/name", "org/name"),
        ("hf-mirror.com/org/name/tree/main", "org/name@main"),
        ("https://huggingface.co/org/name/", "org/name"),
        ("https://huggingface.co/org/name/blob/main/README.md#usage", "org/name@main"),
        ("https://huggingface.co/org/name/tree/refs/pr/1", "org/name@refs/pr/1"),
        ("https://huggingface.co/org/name/blob/refs%2Fpr%2F1/x.json", "org/name@refs/pr/1"),
        ("https://HuggingFace.co/org/name?library=transformers", "org/name"),
        ("https://huggingface.co/api/models/org/name/revision/dev", "org/name@dev"),
        ("https://huggingface.co/gpt2/tree/main", "gpt2@main"),
        ("git+https://huggingface.co/org/name.git", "org/name"),
        ("git@hf.co:org/name.git", "org/name"),
        ("https://me:secret@huggingface.co/org/name", "org/name"),
        ("hf://org/name/model.gguf", "org/name"),
        ("hf://org/name@refs/pr/1", "org/name@refs/pr/1"),
        ("hf://org/name@main/model.gguf", "org/name@main"),
        ("hf://org/tree", "org/tree"),
        ("pkg:huggingface/org%2Fname@main", "org/name@main"),
        ("pkg:huggingface/org/name@dev?repository_url=https://x.org#sub", "org/name@dev"),
        (f"{OWN}/org/name/tree/dev/", "org/name@dev"),
        ("hub.corp:8080/hf/org/name", "org/name"),
        ("org/name/", "org/name"),
        ("“org/name”,", "org/name"),
        ("`org/name`.", "org/name"),
        ("\u200borg/name\ufeff", "org/name"),
        ("<https://huggingface.co/org/name>", "org/name"),
        ("[the model](https://huggingface.co/org/name)", "org/name"),
    ],
)
def test_a_name_is_read_however_it_was_copied(written: str, read: str):
    """Addresses of pages, mirrors, the user's own hub, purls, tags and what sticks to a copy."""
    assert str(parse_ref(unwrapped(written), endpoint=OWN)) == read


@pytest.mark.parametrize(
    "written",
    [
        "qwen2.5:7b",
        "user/name:8b",
        "org/name/more",
        "https://huggingface.co/datasets/org/name",
        "https://huggingface.co/settings/tokens",
        "https://example.org/org/name",
        "http://hub.corp:8080/other/org/name",
        "pkg:pypi/org/name",
        "hf://[x",
        "https://[::1",
        "",
    ],
)
def test_what_names_no_model_of_the_hub_is_refused(written: str):
    """Names of other registries are not taken for names of the Hub."""
    with pytest.raises(InvalidRefError):
        parse_ref(unwrapped(written), endpoint=OWN)


def test_a_name_that_ends_oddly_keeps_its_end():
    """Only what no name can have is taken away."""
    assert unwrapped("org/name-12b-") == "org/name-12b-"
    assert unwrapped("./models/x/") == "./models/x/"


def test_an_address_with_a_password_is_noticed():
    """A copied clone line holds a token; the user of git over ssh is none."""
    assert has_password("https://me:hf_x@huggingface.co/org/name")
    assert not has_password("ssh://git@hf.co/org/name")
    assert not has_password("https://huggingface.co/org/name@main")
