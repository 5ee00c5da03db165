"""The same faults behind `lineage serve`, with several clients at once: no verdict is better than
the truth, and what went wrong is not told again once it is over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn")

from chaos.faults import FAULTS, Plan, Strike
from chaos.plans import plans
from chaos.shapes import SHAPES, TOKEN
from chaos.trial import BY_NAME, RANK, compared, spoil
from hub import Fault, TestHub
from lineage.core.version import __version__
from lineage.policy.load import load_pack, load_policy
from lineage.serve.settings import Limits
from lineage.workflows.options import HubAccess, Options
from serve.conftest import Client, Serve

HERE = {
    shape.name
    for shape in SHAPES
    if not shape.places() and shape.command == ("audit",) and not shape.files and shape.policy
}
"""What can be asked of a server: names on the Hub."""
SILENT = {
    name
    for name, (fault, how) in FAULTS.items()
    if fault in (Fault.RESET, Fault.CLOSE, Fault.STALL, Fault.GARBAGE)
    or int(str(how.get("status", 0))) >= 500
}
"""What is no answer. One that is wrong but looks like the Hub's, such as a 404, is believed for as
long as any other."""
CHOSEN = (
    Plan("chain", (Strike("503", sorted(BY_NAME["chain"].steps)[0]),)),
    Plan("named in prose", (Strike("404", "README"),)),
    Plan("merge", (Strike("404", "one parent"),)),
    *(
        plan
        for plan in plans(20261129, 120)
        if plan.shape in HERE and plan.strikes and not plan.cut and not plan.warm
    ),
)[:9]


@pytest.mark.parametrize("plan", CHOSEN, ids=str)
def test_no_client_hears_better_than_the_truth(serve: Serve, tmp_path: Path, plan: Plan) -> None:
    shape = BY_NAME[plan.shape]
    (tmp_path / "policy.toml").write_text(shape.policy)
    policy = load_policy(tmp_path / "policy.toml", __version__, "", frozenset())
    policies = {"default": policy, "strict": load_pack("strict", __version__)}

    def server(hub: TestHub, name: str) -> Client:
        access = HubAccess(endpoint=hub.url, token=TOKEN, timeout=1.5, max_wait=1.0)
        return serve(
            Options(hub=access, policy=policy),
            tmp_path / name,
            limits=Limits(rest=0.0),
            policies=policies,
        )

    with TestHub(shape.models(), tokens={TOKEN: "full"}) as hub:
        clean = server(hub, "clean").audited(*shape.targets)["report"]
        client = server(hub, "struck")
        spoil({"hub": hub}, shape, plan)
        reports = _asked_at_once(client, shape.targets)
        hub.troubles.clear()
        after = client.audited(*shape.targets)["report"]
    for report in reports:
        assert RANK[report["verdict"]] >= RANK[clean["verdict"]]
        assert compared(shape, clean, report) == []
        assert TOKEN not in str(report)
    assert compared(shape, clean, after) == []
    if all(strike.fault in SILENT for strike in plan.strikes):
        for told in ("verdict", "source"):
            assert [one[told] for one in after["targets"]] == [
                one[told] for one in clean["targets"]
            ]


def _asked_at_once(client: Client, targets: tuple[str, ...]) -> list[Any]:
    """By four clients: the list, and the list from its end."""
    gate = threading.Barrier(4)

    def ask(number: int) -> Any:
        own = Client(client.url, client.session, client.stop)
        gate.wait()
        found = own.audited(*(targets if number % 2 else targets[::-1]))
        assert found["state"] == "done", found
        return found["report"]

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, range(4)))
