"""Fuzzes with atheris (libFuzzer): one target, or all of them one after the other.

    pip install atheris
    PYTHONPATH=src:tests python tests/fuzz/run.py card [-max_total_time=300] [CORPUS]
    PYTHONPATH=src:tests python tests/fuzz/run.py --all 60

Arguments after the target are libFuzzer's. A crash is written to the working folder as crash-…; put
it into tests/fuzz/regressions/TARGET/, from where tests/fuzz/test_fuzz.py replays it for ever.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))


def main() -> int:
    """One target in this process, or each in one of its own."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    if sys.argv[1] == "--all":
        return _all(int(sys.argv[2]) if len(sys.argv) > 2 else 60)
    return _one(sys.argv[1])


def _one(name: str) -> int:
    import atheris

    with atheris.instrument_imports(include=["lineage"]):
        from fuzz.targets import TARGETS
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as seeds:
        for number, seed in enumerate(target.seeds):
            (Path(seeds) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], seeds], target.look_at)
        atheris.Fuzz()
    return 0


def _all(seconds: int) -> int:
    from fuzz.targets import TARGETS

    failed = []
    for name in TARGETS:
        print(f"== {name}", flush=True)
        limits = (
            f"-max_total_time={seconds}",
            "-timeout=10",
            "-rss_limit_mb=1024",
            "-max_len=65536",
            "-print_final_stats=1",
            "-verbosity=0",
        )
        if subprocess.run([sys.executable, __file__, name, *limits], check=False).returncode:
            failed.append(name)
    print(
        f"{len(TARGETS) - len(failed)} of {len(TARGETS)} targets without a crash{': not ' + ', '.join(failed) if failed else ''}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
