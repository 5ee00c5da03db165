"""The numbers that decide, each chosen above every null seen;
docs/benchmarks/weights.md has the measurements."""

from __future__ import annotations

LOG10_P_MATCH = -9.0
"""A corrected probability below this, in two disjoint tensor groups, is a match."""
LOG10_P_NOTHING = -4.0
"""Above this in every group nothing was found; between the two the result is open.

Strangers reached z 3.3 in 2,557 comparisons.
"""
R_CLOSE = 0.8
R_LEAST = 0.3
R_SAME_INITIALISATION = 0.7
"""Short retrainings from one initialisation on one corpus
in another order reached 0.66 in norms."""
R_ROWS_ALONE = 0.9
"""Rows keep more of the initialisation than norms do: retrainings reached
0.86, so rows alone must agree better than that."""
R_TIE = 0.02
"""Candidates whose correlation differs by less are named together."""
Z_LOOK_CLOSER = 4.0
"""From this z of the final norm on, more of the candidate is read."""
Z_DEEP = 12.0
R_DEEP = 0.1
"""After a change of basis was estimated, unrelated models reached z
5.05 and a mean correlation of 0.033."""
EXACT_VECTORS = 4
"""This many bit-identical vectors, rows among them, make
two models identical as far as was read."""
EXACT_NORMS = 3
"""This many bit-identical norms, which training would have changed, are not a coincidence."""
SINUSOIDAL = frozenset(
    {
        "whisper",
        "marian",
        "m2m_100",
        "nllb",
        "xglm",
        "pegasus",
        "speech_to_text",
        "fsmt",
        "musicgen",
        "flaubert",
        "xlm",
        "bigbird_pegasus",
    }
)
"""Fixed sinusoidal positions give the channels of unrelated models a
common order, so the null does not hold exactly."""
