"""Releases that break a rule: none of them is used, the old data stays, the message says why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.faults import Fault
from lineage.core.errors import DataError
from lineage.core.packaged import MANIFEST
from lineage.evidence.document import packed, unpacked

from .conftest import FIRST, World
from .site import NOW, Maker, tool, write_facts

Spoil = Callable[[World], None]
STRANGER = Ed25519PrivateKey.generate()


def rollback(world: World) -> None:
    """The site shows again what it showed before the client saw something newer."""
    before = shutil.copytree(world.maker.site, world.tmp / "before")
    world.maker.publish(world.facts("Second"))
    assert world.update().code == 0
    shutil.rmtree(world.maker.site)
    shutil.copytree(before, world.maker.site)


def freeze(world: World) -> None:
    """The last word of the site is older than it may be."""
    world.maker.publish(world.facts("Second"), now=NOW - timedelta(days=40))


def stale_facts(world: World) -> None:
    """Its word is fresh, its facts are not."""
    world.maker.publish(world.facts("Second"), now=NOW - timedelta(days=200))
    tool.renew_timestamp(world.maker.site, world.maker.keys, NOW)


def mixed_lists(world: World) -> None:
    """The list of files of one release beside the snapshot of another."""
    world.maker.publish(world.facts("Second"))
    metadata = world.maker.site / "metadata"
    shutil.copyfile(metadata / "1.targets.json", metadata / "2.targets.json")


def mixed_snapshot(world: World) -> None:
    """An old snapshot under a new timestamp."""
    world.maker.publish(world.facts("Second"))
    metadata = world.maker.site / "metadata"
    shutil.copyfile(metadata / "1.snapshot.json", metadata / "2.snapshot.json")


def mixed_facts(world: World) -> None:
    """The registry of one release in the place of another's."""
    targets = world.maker.site / "targets"
    old = next(targets.glob("*.registry.json")).read_bytes()
    world.maker.publish(world.facts("Second"))
    for place in targets.glob("*.registry.json"):
        place.write_bytes(old)


def own_list_differs(world: World) -> None:
    """All signed, but the release's own list names another file: two builds were joined."""
    facts, other = world.facts("Second"), world.facts("Third")
    written = tool.written

    def joined(version: str, dates: Any, content: dict[str, bytes]) -> str:
        third = {**content, "registry.json": (other / "registry.json").read_bytes()}
        return str(written(version, dates, third))

    tool.written = joined
    try:
        world.maker.publish(facts)
    finally:
        tool.written = written


def strange_timestamp(world: World) -> None:
    world.maker.publish(world.facts("Second"), timestamp=STRANGER)


def strange_targets(world: World) -> None:
    world.maker.publish(world.facts("Second"), targets=STRANGER)


def strange_root(world: World) -> None:
    """The next root names strangers' keys and is signed by them alone."""
    stranger = Maker(world.maker.site)
    stranger.new_root()
    stranger.publish(world.facts("Second"))


def half_signed_root(world: World) -> None:
    """Two of the old root keys must sign the next one; one did."""
    stranger = Maker(world.maker.site)
    stranger.new_root(signers={"root": world.maker.keys["root"]})
    stranger.publish(world.facts("Second"))


def newer_format(world: World) -> None:
    """A lineage that does not exist yet reads it."""
    written = tool.written
    tool.written = lambda *given: written(*given).replace("lineage-data/1", "lineage-data/2")
    try:
        world.maker.publish(world.facts("Second"))
    finally:
        tool.written = written


def other_records(world: World) -> None:
    """Signed, of the right format by its own word, and of a shape that this lineage knows not."""

    def edit(documents: dict[str, dict[str, Any]]) -> None:
        developers = documents["registry.json"]["developers"]
        for key, row in developers.items():
            developer = unpacked(row)
            developer["home"] = developer.pop("jurisdiction_state")
            developers[key] = packed(developer)

    world.maker.publish(write_facts(world.tmp / "facts", "2031-02-02", edit))


RULES: list[tuple[Spoil, str]] = [
    (rollback, "it is older than what was seen before"),
    (freeze, "it has expired"),
    (stale_facts, "it has expired"),
    (mixed_lists, "a file is not the one that was signed"),
    (mixed_snapshot, "a file is not the one that was signed"),
    (mixed_facts, "a file is not the one that was signed"),
    (own_list_differs, "registry.json is not the file that the release's own list names"),
    (strange_timestamp, "it is not signed by enough of the keys that are trusted"),
    (strange_targets, "it is not signed by enough of the keys that are trusted"),
    (strange_root, "it is not signed by enough of the keys that are trusted"),
    (half_signed_root, "it is not signed by enough of the keys that are trusted"),
    (newer_format, "Upgrade: pip install --upgrade lineage-audit"),
    (other_records, "this lineage cannot read it"),
]


@pytest.mark.parametrize(("spoil", "told"), RULES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_release_that_breaks_a_rule_is_refused(world: World, spoil: Spoil, told: str) -> None:
    """Exit code 2, and nothing but the old data; the same release as a file is refused too."""
    spoil(world)
    kept = world.kept()
    ran = world.update()
    assert ran.code == 2, ran
    assert told in ran.err
    file = world.tmp / "bundle.zip"
    tool.bundle(world.maker.site, file)
    with pytest.raises(DataError) as refused:
        world.use(file)
    assert told in str(refused.value)
    assert world.kept() == kept


ANSWERS: list[tuple[Fault, str, dict[str, Any], str]] = [
    (Fault.DRIP, "timestamp", {"at": 60, "pause": 0.3}, "did not finish its answer within 0.8 s"),
    (Fault.STALL, "timestamp", {"at": 300}, "timestamp.json: the data site"),
    (Fault.CLOSE, r"\.registry", {"at": 50_000}, "answer broke off"),
    (Fault.RESET, r"\.registry", {"at": 50_000}, "answer broke off"),
    (Fault.HUGE, "timestamp", {}, "larger than the 16,384 bytes"),
    (Fault.HUGE, r"\.registry", {}, "answer is larger than the"),
    (Fault.GARBAGE, "timestamp", {}, "timestamp.json: "),
    (Fault.STATUS, "timestamp", {"status": 404}, "the data site answered 404"),
]


@pytest.mark.parametrize(
    ("fault", "file", "how", "told"), ANSWERS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_an_answer_that_does_not_come_whole_changes_nothing(
    world: World, fault: Fault, file: str, how: dict[str, Any], told: str
) -> None:
    """Slow, stalled, cut off, endless, no HTTP: exit code 4, the old data
    stays."""
    world.maker.publish(world.facts("Second"))
    world.site.trouble(fault, file, **how)
    kept = world.kept()
    ran = world.update("0.5")
    assert ran.code == 4, ran
    assert told in ran.err
    assert "the data in use stays" in ran.err
    assert world.kept() == kept


def test_a_page_in_the_place_of_a_list_is_refused(world: World) -> None:
    """As a hotel's network gives."""
    world.site.trouble(Fault.HTML, "timestamp")
    ran = world.update()
    assert ran.code == 2
    assert "The release from" in ran.err and "is refused" in ran.err


def test_a_site_that_is_not_there_and_one_with_no_address(world: World) -> None:
    """4 where nothing answers, 2 where the address is none."""
    assert world.update(LINEAGE_DATA_URL="http://127.0.0.1:9").code == 4
    wrong = world.update(LINEAGE_DATA_URL="ftp://example.org")
    assert wrong.code == 2 and "LINEAGE_DATA_URL" in wrong.err


def test_a_file_that_is_no_bundle(world: World) -> None:
    """A text, a bundle cut short, one without its lists, and none at all."""
    file = world.tmp / "bundle.zip"
    tool.bundle(world.maker.site, file)
    whole = file.read_bytes()
    for content, told in ((b"text", "is not a whole bundle"), (whole[:-5000], "is not a whole")):
        file.write_bytes(content)
        with pytest.raises(DataError, match=told):
            world.use(file)
    missing = world.lineage("data", "use", "nowhere.zip")
    assert missing.code == 2 and "nowhere.zip cannot be read" in missing.err
    damaged = bytearray(whole)
    at = whole.index(b'"developers"')
    damaged[at : at + 12] = b'"DEVELOPERS"'
    file.write_bytes(damaged)
    shutil.rmtree(world.store)
    ran = world.lineage("data", "use", str(file))
    assert ran.code == 4, ran  # the archive's own checksum tells
    assert "registry.json" in ran.err
    assert not (world.store / "installed.json").exists()


def test_the_list_names_its_version(world: World) -> None:
    """What is installed is what the release calls itself, and its files are the ones it lists."""
    held = json.loads((world.store / "installed.json").read_text())
    (one,) = held["versions"]
    assert held["current"] == one["version"] == FIRST
    manifest = json.loads((world.store / one["folder"] / MANIFEST).read_text())
    assert manifest["version"] == FIRST and len(manifest["files"]) == 4
