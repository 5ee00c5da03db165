"""ModelScope's and Kaggle's phrases for licences in the Hub's words."""

from __future__ import annotations

import re

_PHRASES = {
    "academic free license v3.0": "afl-3.0",
    "apache 2.0": "apache-2.0",
    "apache license 2.0": "apache-2.0",
    "apache license v2.0": "apache-2.0",
    "artistic license 2.0": "artistic-2.0",
    "boost software license 1.0": "bsl-1.0",
    "creative commons zero v1.0 universal": "cc0-1.0",
    "do what the f*ck you want to public license": "wtfpl",
    "eclipse public license 2.0": "epl-2.0",
    "mit license": "mit",
    "mozilla public license 2.0": "mpl-2.0",
    "the unlicense": "unlicense",
}
_GNU = re.compile(r"gnu (?P<kind>affero|lesser)? ?general public license v?(?P<n>\d(?:\.\d)?)\Z")
_BSD = re.compile(r"bsd (?P<n>[23])-clause .*license\Z")
_COMMONS = re.compile(
    r"creative commons attribution(?P<more>(?:[ -](?:non-?commercial|share ?alike|"
    r"no ?derivatives|no ?derivs))*) (?P<n>\d\.\d)(?: international)?\Z"
)
_LETTERS = {"affero": "agpl", "lesser": "lgpl", None: "gpl"}


def licence_word(phrase: str) -> str:
    """`apache-2.0` for `Apache License 2.0`; what is no known phrase stays as it is, in the form
    of a word."""
    plain = " ".join(phrase.lower().split())
    if plain in _PHRASES:
        return _PHRASES[plain]
    if found := _GNU.match(plain):
        number = found["n"] if "." in found["n"] else f"{found['n']}.0"
        return f"{_LETTERS[found['kind']]}-{number}"
    if found := _BSD.match(plain):
        return f"bsd-{found['n']}-clause"
    if found := _COMMONS.match(plain):
        more = found["more"].replace("-", "").replace(" ", "")
        signs = [
            sign
            for word, sign in (("noncommercial", "nc"), ("noderiv", "nd"), ("sharealike", "sa"))
            if word in more
        ]
        return "-".join(["cc-by", *signs, found["n"]])
    return plain.replace(" ", "-")
