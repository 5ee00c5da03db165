"""Builds data/hanzi.txt, by which answers in traditional characters are read as simplified ones.

    apt-get download unicode-data && dpkg -x unicode-data_*.deb build/unicode
    python tools/build_hanzi.py build/unicode/usr/share/unicode/Unihan_Variants.txt.bz2

From kSimplifiedVariant of Unicode's Unihan database (Unicode Licence V3), as far as the traditional
character is in Big5 and the simplified one in GB 2312: what people write. Line one holds the
traditional characters, line two their simplified forms.
"""

from __future__ import annotations

import bz2
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "src" / "lineage" / "data" / "hanzi.txt"


def _is_in(character: str, codec: str) -> bool:
    try:
        return bool(character.encode(codec))
    except UnicodeEncodeError:
        return False


def pairs(unihan: Path) -> list[tuple[str, str]]:
    """Traditional and simplified, in the order of the code points."""
    found = []
    with bz2.open(unihan, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    for line in lines:
        if "\tkSimplifiedVariant\t" not in line:
            continue
        code, _, targets = line.rstrip("\n").split("\t")
        one = chr(int(code[2:], 16))
        plain = [chr(int(target[2:], 16)) for target in targets.split()]
        if one in plain or not _is_in(one, "big5"):
            continue  # also a simplified character of its own: 乾, 著
        plain = [target for target in plain if _is_in(target, "gb2312")]
        if plain:
            found.append((one, plain[0]))
    return sorted(found)


if __name__ == "__main__":
    rows = pairs(Path(sys.argv[1]))
    OUT.write_text(
        "".join(a for a, _ in rows) + "\n" + "".join(b for _, b in rows) + "\n", encoding="utf-8"
    )
    print(f"{len(rows)} characters in {OUT}")
