"""Models in an MLflow registry: what is asked and read, whom the key goes to, and what happens where
something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import Fault, HubFile
from lineage.claims.readers import all_readers
from lineage.cli.places import place_access
from lineage.core.errors import ReadError
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.graph.walker import walk
from lineage.sources.auto import AutoSource, target_ref
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.web.login import basic
from lineage.workflows.check import scanned

from . import Mlflow, Version
from .mlflow import RUN
from .opening import Opener, fetched, openings, walked

QWEN = "Qwen/Qwen2.5-7B-Instruct"
ADAPTER = f"""flavors:
  transformers:
    transformers_version: 4.44.0
    code: null
    task: text-generation
    source_model_name: {QWEN}
    source_model_revision: a09a35458c702b33eeacc393d103063234e8bc28
    peft_adaptor: peft
mlflow_version: 2.16.0
""".encode()
PYFUNC = f"""flavors:
  python_function:
    loader_module: mlflow.pyfunc.model
    python_model: python_model.pkl
metadata:
  base_model_name: {QWEN}
mlflow_version: 3.17.2
""".encode()
MODELS = [
    Version("sql-bot", 1, files={"MLmodel": PYFUNC, "python_model.pkl": b"\x80"}, aliases=("old",)),
    Version(
        "sql-bot",
        2,
        f"runs:/{RUN}/tf",
        {
            "MLmodel": ADAPTER,
            "peft/adapter_config.json": b'{"base_model_name_or_path": "%s"}' % QWEN.encode(),
            "peft/adapter_model.safetensors": HubFile(b"", 1 << 30),
        },
        aliases=("champion",),
        description="Answers in SQL.",
    ),
    Version("tagged", tags={"base_model": QWEN, "mlflow.source.name": "meta-llama/Llama-3.1-8B"}),
    Version("copied", source="models:/sql-bot/1"),
    Version("hub", source=f"hf:/{QWEN}"),
    Version("away", source="s3://bucket/model"),
]


@pytest.fixture
def server() -> Iterator[Mlflow]:
    with Mlflow(MODELS) as running:
        yield running


@pytest.fixture
def opened(server: Mlflow) -> Iterator[Opener]:
    """Open the table of places; the registry is the stand-in."""
    with openings(mlflow=server.url) as opener:
        yield opener


@pytest.mark.parametrize("written", ["sql-bot/2", "sql-bot@champion", "sql-bot", "sql-bot/latest"])
def test_a_version_is_found_by_any_of_its_names(opened: Opener, written: str) -> None:
    """Its number, an alias, or as the newest: one model, with the files of every folder."""
    places = opened()
    record = fetched(places, f"mlflow:{written}")
    assert (record.id, record.status, record.revision) == ("mlflow:sql-bot/2", Status.RESOLVED, "2")
    assert {entry.path for entry in record.files or ()} == {
        "mlflow-version.json",
        "README.md",
        "MLmodel",
        "peft/adapter_config.json",
        "peft/adapter_model.safetensors",
    }
    assert places.read(record, "MLmodel") == ADAPTER
    assert places.read(record, "README.md") == b"Answers in SQL."
    assert not record.gaps


def test_few_calls_and_no_weights(server: Mlflow, opened: Opener) -> None:
    """The version, where its files lie, one list for each folder."""
    places = opened()
    record = fetched(places, "mlflow:sql-bot/2")
    assert len(server.calls) == 4
    with pytest.raises(ReadError, match="too large"):
        places.read(record, "peft/adapter_model.safetensors")
    assert server.sent < 3_000


@pytest.mark.parametrize(
    ("name", "parent", "grade", "relation"),
    [
        ("sql-bot/1", QWEN, "embedded", "unknown"),
        ("sql-bot/2", QWEN, "embedded", "adapter"),
        ("tagged/1", QWEN, "declared", "unknown"),
        ("copied/1", "mlflow:sql-bot/1", "embedded", "conversion"),
        ("hub/1", QWEN, "embedded", "conversion"),
    ],
)
def test_what_tells_of_the_base(
    opened: Opener, name: str, parent: str, grade: str, relation: str
) -> None:
    """Flavours, metadata and `source` as tools wrote them, tags as somebody declared them; never a
    tag that MLflow set itself."""
    graph = walked(opened(), f"mlflow:{name}")
    edges = [edge for edge in graph.edges if edge.child == f"mlflow:{name}"]
    assert [(e.parent, str(e.grade), str(e.relation)) for e in edges] == [(parent, grade, relation)]


def test_a_revision_of_the_source_is_told(opened: Opener) -> None:
    """`source_model_revision` is the commit that was loaded."""
    graph = walked(opened(), "mlflow:sql-bot@champion")
    revisions = {claim.parent_revision for edge in graph.edges for claim in edge.claims}
    assert "a09a35458c702b33eeacc393d103063234e8bc28" in revisions


def test_another_storage_is_not_opened(server: Mlflow, opened: Opener) -> None:
    """The record says that its files could not be seen."""
    record = fetched(opened(), "mlflow:away/1")
    assert record.status is Status.RESOLVED
    assert record.gaps == ("its files lie in a storage that is not opened (s3)",)
    server.routes.versions = [Version("sql-bot", storage="mlflow-artifacts://evil.example/0")]
    assert fetched(opened(), "mlflow:sql-bot/1").gaps


def test_a_name_is_no_developer(opened: Opener) -> None:
    """Anybody calls a registered model what they like."""
    from lineage.evidence.meanings import Meanings
    from lineage.evidence.registry import Registry

    known = Meanings(Registry.load()).of("mlflow:qwen/1")
    assert known is not None and known.developer is None and not known.meanings


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("models:/sql-bot/2", "mlflow:sql-bot/2"),
        ("models:/sql-bot@champion", "mlflow:sql-bot@champion"),
        ("mlflow:main.team.sql-bot/3", "mlflow:main.team.sql-bot/3"),
    ],
)
def test_mlflows_own_addresses_are_names(written: str, id: str) -> None:
    """On the command line and in code."""
    assert target_ref(written).id == id


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("mlflow:gone/1", Status.NOT_FOUND),
        ("mlflow:sql-bot/9", Status.NOT_FOUND),
        ("mlflow:sql-bot@nobody", Status.NOT_FOUND),
        ("mlflow:gone", Status.NOT_FOUND),
        ("mlflow:a/b/c", Status.INVALID),
    ],
)
def test_what_is_not_there(opened: Opener, name: str, status: Status) -> None:
    """No such model, version or alias; no name at all."""
    assert fetched(opened(), name).status is status


def test_without_a_server_the_reason_says_what_to_set(opened: Opener) -> None:
    """Also where the address is one of a database or of Databricks."""
    for address in ("", "databricks", "sqlite:///mlflow.db"):
        record = fetched(opened(mlflow=address), "mlflow:sql-bot/1")
        assert record.status is Status.NOT_READ and "MLFLOW_TRACKING_URI" in record.reason


def test_the_key_goes_to_the_server_alone(
    monkeypatch: pytest.MonkeyPatch, server: Mlflow, opened: Opener
) -> None:
    """A name with a password outranks a token, as with MLflow's client; where a redirect leads
    nothing goes."""
    for word in ("USERNAME", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{word}", raising=False)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "tok-0123456789")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
    assert place_access("", ()).mlflow_key == "Bearer tok-0123456789"
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "me")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "secret")
    access = place_access("", ())
    assert (access.mlflow, access.mlflow_key) == (server.url, basic("me", "secret"))
    assert "secret" not in repr(access) and access.keyless.mlflow_key == ""
    server.routes.key = basic("me", "secret")
    places = opened(mlflow_key=access.mlflow_key)
    assert fetched(places, "mlflow:sql-bot/1").status is Status.RESOLVED
    refused = fetched(opened(), "mlflow:sql-bot/1")
    assert refused.status is Status.NOT_READ and "asks for a key (401)" in refused.reason
    with Mlflow(MODELS) as other:
        server.trouble(Fault.REDIRECT, "", target=f"{other.url}/api/2.0/mlflow/x")
        fetched(opened(mlflow_key=access.mlflow_key), "mlflow:sql-bot/1")
        assert {call.token for call in other.calls} <= {None}


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault.STALL, {"at": 60}),
        (Fault.RESET, {}),
        (Fault.GARBAGE, {}),
        (Fault.HTML, {}),
        (Fault.PAGE, {"status": 502}),
        (Fault.NOT_JSON, {}),
        (Fault.LIST, {}),
        (Fault.EMPTY, {}),
        (Fault.DEEP_JSON, {}),
        (Fault.HUGE, {}),
        (Fault.WRONG_ID, {}),
        (Fault.STATUS, {"status": 401}),
        (Fault.STATUS, {"status": 429}),
        (Fault.REDIRECT, {"target": "http://169.254.169.254/latest/"}),
        (Fault.LOOP, {}),
    ],
)
@pytest.mark.parametrize("route", ["model-versions/get", "logged-models", "artifacts.path="])
def test_no_fault_makes_it_better_known(
    server: Mlflow, opened: Opener, route: str, fault: Fault, how: dict[str, Any]
) -> None:
    """Without the version's answer it is not read; without its files the record says so."""
    server.trouble(fault, route, **how)
    record = fetched(opened(), "mlflow:sql-bot/1")
    if route == "model-versions/get":
        assert record.status in (Status.NOT_READ, Status.INVALID) and record.reason
    else:
        assert record.status is Status.RESOLVED and record.gaps


def test_offline_nobody_is_asked(server: Mlflow, opened: Opener) -> None:
    """The name alone is known."""
    assert fetched(opened(offline=True), "mlflow:sql-bot/1").status is Status.NOT_READ
    assert server.calls == []


def test_a_folder_of_mlflow_is_a_local_model(tmp_path: Path) -> None:
    """What `mlflow artifacts download` leaves: the flavour names the base, offline."""
    (tmp_path / "MLmodel").write_bytes(ADAPTER)
    source = AutoSource(None, SnapshotSource.embedded())
    graph = walk(ModelRef(str(tmp_path)), source, all_readers())
    assert [(e.parent, str(e.relation)) for e in graph.edges if e.child == str(tmp_path)] == [
        (QWEN, "adapter")
    ]
    assert "nothing in it looks like a model" not in graph.nodes[str(tmp_path)].reason


def test_code_that_loads_from_the_registry_is_seen(tmp_path: Path) -> None:
    """Its address is the name; another run's files, or a name made when the code runs, are none."""
    code = (
        "import mlflow, sys\n"
        'a = mlflow.pyfunc.load_model("models:/sql-bot/1")\n'
        'b = mlflow.transformers.load_model(model_uri="models:/sql-bot@champion")\n'
        "c = mlflow.pyfunc.load_model(sys.argv[1])\n"
    )
    (tmp_path / "app.py").write_text(code)
    found = {use.target for use in scanned(tmp_path).uses if use.target}
    assert {"mlflow:sql-bot/1", "mlflow:sql-bot@champion"} == found
