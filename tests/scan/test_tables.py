"""Long tables of models are listed, stay open, and hide nothing that is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.result import ScanResult
from lineage.scan.scan import scan
from lineage.scan.tables import IN_TABLE
from scan.named import hub_uses

CODE = "import json\nfrom transformers import AutoModel\nROWS = json.load(open('models.json'))['rows']\n"


def scanned(folder: Path, count: int, code: str = "") -> ScanResult:
    """A table of so many models that a library can load, and code beside it."""
    rows = [{"model_id": f"acme/falcon-{one}b", "note": "works"} for one in range(count)]
    (folder / "models.json").write_text(json.dumps({"rows": rows, "at": "2026-01-01"}, indent=1))
    if code:
        (folder / "a.py").write_text(CODE + code)
    return scan(folder)


def test_a_long_table_is_listed_and_open(tmp_path: Path) -> None:
    """None of its names is asked for, all are shown, and one place says that they were not."""
    found = scanned(tmp_path, 600)
    assert not hub_uses(found)
    assert len(hub_uses(found, Certainty.POSSIBLE)) == 600
    assert [(use.reason, use.line, use.expression) for use in found.unresolved] == [
        (IN_TABLE, 4, "600 models")
    ]


def test_a_table_that_somebody_may_run_is_asked_for(tmp_path: Path) -> None:
    """Each of its names, as far as the Hub has it."""
    found = scanned(tmp_path, 500)
    assert len(hub_uses(found)) == 500
    assert not found.unresolved


@pytest.mark.parametrize(
    ("code", "loaded", "is_open"),
    [
        ("AutoModel.from_pretrained(ROWS[590]['model_id'])\n", {"acme/falcon-590b"}, False),
        ("ROW = ROWS[-1]\nAutoModel.from_pretrained(ROW['model_id'])\n", None, True),
        ("for row in ROWS:\n    AutoModel.from_pretrained(row['model_id'])\n", None, True),
    ],
)
def test_what_code_takes_from_a_long_table_and_loads_is_used(
    tmp_path: Path, code: str, loaded: set[str] | None, *, is_open: bool
) -> None:
    """The very one where its place is known; otherwise as many as are followed, and the place in
    the code stays open for the rest."""
    found = scanned(tmp_path, 600, code)
    models = {use.model for use in hub_uses(found) if use.file == "a.py"}
    assert models == loaded if loaded else len(models) >= 499
    assert [use.file for use in found.unresolved] == (["a.py"] if is_open else []) + ["models.json"]
