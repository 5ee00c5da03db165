"""What many places load from one long table."""

from __future__ import annotations

from pathlib import Path

from lineage.scan.scan import scan


def test_a_long_table_is_told_once_and_each_place_that_loads_from_it(tmp_path: Path) -> None:
    rows = "".join(f"    'k{i}': 'acme/net-{i}b',\n" for i in range(60))
    loads = "".join(
        f"def load{i}(key):\n    return AutoModel.from_pretrained(TABLE[key])\n" for i in range(3)
    )
    (tmp_path / "app.py").write_text(
        f"from transformers import AutoModel\nTABLE = {{\n{rows}}}\n{loads}"
    )
    uses = [use for use in scan(tmp_path).uses if "from_pretrained" in use.via]
    assert len({use.model for use in uses}) == 60
    assert len({use.line for use in uses}) == 3
    assert len(uses) == 62


def test_a_short_table_is_told_at_each_place(tmp_path: Path) -> None:
    rows = "".join(f"    'k{i}': 'acme/net-{i}b',\n" for i in range(3))
    loads = "".join(
        f"def load{i}(key):\n    return AutoModel.from_pretrained(TABLE[key])\n" for i in range(3)
    )
    (tmp_path / "app.py").write_text(
        f"from transformers import AutoModel\nTABLE = {{\n{rows}}}\n{loads}"
    )
    assert len([use for use in scan(tmp_path).uses if "from_pretrained" in use.via]) == 9
