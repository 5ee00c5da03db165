"""Files asked for together with the record: quicker, and believed only where they are of the
record's commit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub import Fault, HubModel, Quota, TestHub
from lineage.core.errors import ReadError
from lineage.core.ref import ModelRef
from lineage.sources.hub.source import HubSource

MODEL = HubModel(
    "org/model",
    files={"README.md": "# read me", "config.json": '{"model_type": "llama"}', "other.json": "{}"},
)


def everything(_: ModelRef) -> bool:
    """Every model is taken for open."""
    return True


def resolves(hub: TestHub) -> list[str]:
    return sorted(call.path.rpartition("/resolve/")[2] for call in hub.calls_to("/resolve/"))


def test_the_usual_files_come_with_the_record_and_are_not_read_again():
    """One API call, one resolve for each prefetched file, none more when they are read."""
    with TestHub([MODEL]) as hub:
        source = HubSource(hub.url, False, prefetch=everything)
        record = source.fetch(ModelRef("org/model"))
        assert source.read(record, "README.md") == b"# read me"
        assert source.read(record, "config.json", 0, 5) == b'{"mod'
        assert len(hub.calls_to("/api/models/org/model")) == 1
        assert resolves(hub) == ["main/README.md", "main/config.json"]
        source.close()


def test_a_prefetched_file_is_used_once_and_other_files_are_read_as_ever():
    """What is not prefetched, or read a second time, is asked for at the record's commit."""
    with TestHub([MODEL]) as hub:
        source = HubSource(hub.url, False, prefetch=everything)
        record = source.fetch(ModelRef("org/model"))
        assert source.read(record, "other.json") == b"{}"
        assert source.read(record, "README.md") == source.read(record, "README.md") == b"# read me"
        assert f"{record.revision}/README.md" in resolves(hub)
        source.close()


def test_a_prefetched_file_of_another_commit_is_not_used():
    """The repo moved between the two answers: the file is read again at the commit of the
    record."""
    moving = HubModel("org/moving", files={"README.md": "new"}, branches={"other": "c" * 40})
    with TestHub([moving]) as hub:
        source = HubSource(hub.url, False, prefetch=everything)
        record = source.fetch(ModelRef("org/moving"))
        older = replace(record, revision="c" * 40)
        assert source.read(older, "README.md") == b"new"
        assert f"{'c' * 40}/README.md" in resolves(hub)
        source.close()


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CLOSE, Fault.HTML, Fault.STALL])
def test_trouble_with_a_prefetch_changes_nothing(fault: Fault):
    """The file is read once more, and what comes of that counts."""
    with TestHub([MODEL]) as hub:
        source = HubSource(hub.url, False, prefetch=everything, backoff=0.01, timeout=0.5)
        hub.trouble(fault, r"/resolve/main/README\.md")
        record = source.fetch(ModelRef("org/model"))
        assert source.read(record, "README.md") == b"# read me"
        source.close()


def test_a_repo_without_the_usual_files_is_no_trouble():
    """A file that is not there is forgotten; reading the missing file says so as ever."""
    with TestHub([HubModel("org/bare")]) as hub:
        source = HubSource(hub.url, False, prefetch=everything)
        record = source.fetch(ModelRef("org/bare"))
        assert record.status.is_known
        with pytest.raises(ReadError):
            source.read(record, "README.md")
        source.close()


def test_nothing_is_prefetched_where_the_quota_for_files_is_half_used():
    """The quota is for files that somebody needs."""
    models = [
        HubModel(f"org/m{i}", files={"README.md": "x", "config.json": "{}"}) for i in range(8)
    ]
    with TestHub(models, quota=Quota(resolvers=40)) as hub:
        source = HubSource(hub.url, False, prefetch=everything, max_wait=0)
        for model in models:
            record = source.fetch(ModelRef(model.id))
            source.read(record, "README.md")
        guessed = [call for call in resolves(hub) if call == "main/config.json"]
        assert len(guessed) < len(models)
        source.close()


def test_a_file_without_a_size_is_not_read_twice():
    """A list without sizes does not make the prefetch useless: what came whole is the file."""
    with TestHub([MODEL]) as hub:
        source = HubSource(hub.url, False, prefetch=everything)
        record = source.fetch(ModelRef("org/model"))
        sizeless = replace(record, files=tuple(replace(f, size=None) for f in record.files))
        assert source.read(sizeless, "README.md") == b"# read me"
        source.read(sizeless, "config.json")
        assert resolves(hub) == ["main/README.md", "main/config.json"]
        source.close()


def test_only_models_known_to_be_open_are_guessed():
    """No file is asked for of a model of which nothing is known."""
    with TestHub([MODEL]) as hub:
        source = HubSource(hub.url, False, prefetch=lambda ref: ref.id == "org/other")
        source.fetch(ModelRef("org/model"))
        assert resolves(hub) == []
        source.close()


def test_guesses_end_where_they_are_wrong():
    """Gated and missing models cost at most one guess in twenty."""
    gated = [HubModel(f"org/g{i}", gated="auto", files={"README.md": "x"}) for i in range(10)]
    with TestHub([MODEL, *gated]) as hub:
        source = HubSource(hub.url, False, prefetch=everything)
        for i in range(10):
            source.fetch(ModelRef(f"org/g{i}"))
            source.fetch(ModelRef(f"org/none{i}"))
        assert {call.partition("/")[0] for call in resolves(hub)} == {"main"}
        assert len(resolves(hub)) <= 2
        source.close()
