"""What all tools share: how the user started the server, and audits under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from lineage.core.errors import UsageError
from lineage.core.value import dataclass
from lineage.core.version import __version__
from lineage.mcp.call import Call
from lineage.workflows.audit import Auditor
from lineage.workflows.distant import distant_ref
from lineage.workflows.options import Options

if TYPE_CHECKING:
    from lineage.core.ref import ModelRef
    from lineage.policy.policy import Policy
    from lineage.report.document import Report


MOST_TARGETS = 20
"""Models that one call audits."""


@dataclass(frozen=True)
class Desk:
    """The server's own settings; no call can change them."""

    options: Options
    """With names from afar: no call reaches a path of this machine."""
    seconds: float = 300.0
    """The most that one call may take."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """Paths of this machine that no answer may hold, each with the word in its place; the longest
    first."""

    def named(self, targets: Sequence[str]) -> list[ModelRef]:
        """The models that a call names, each once. Raises UsageError that tells of every name that
        cannot be taken."""
        found: dict[ModelRef, None] = {}
        problems = []
        for target in targets:
            try:
                found[distant_ref(target, self.options.places)] = None
            except UsageError as problem:
                problems.append(problem)
        if problems:
            message = " ".join(problem.message for problem in problems[:5])
            more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
            raise UsageError(f"{message}{more}", problems[0].next_step)
        return list(found)

    def policy(self, pack: str | None) -> Policy:
        """The user's policy, or a pack that a call names. Raises PolicyError."""
        if pack is None:
            return self.options.policy
        from lineage.policy.load import load_pack

        return load_pack(pack, __version__)

    def audited(self, targets: Sequence[str], call: Call, pack: str | None = None) -> Report:
        """The report over the named models; no name is looked for on the disk."""
        named = self.named(targets)
        with Auditor(self._options(call, pack)) as auditor:
            call.ends_with(auditor.close)
            models = auditor.expanded(map(str, named))
            if len(models) > MOST_TARGETS:
                raise UsageError(
                    f"{len(models)} models are named or served there; one call accepts "
                    f"{MOST_TARGETS}.",
                    f"Name some of them, such as {models[0]}.",
                )
            done = []
            for number, model in enumerate(models, 1):
                call.go_on()
                done.append(auditor.audit(model))
                call.step(f"{number} of {len(models)} models audited")
            return auditor.report(done)

    def _options(self, call: Call, pack: str | None) -> Options:
        options = self.options
        return replace(
            options,
            policy=self.policy(pack),
            listeners=replace(options.listeners, progress=call.walked, wait=call.waits),
        )
