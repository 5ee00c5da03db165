"""The table of tools."""

from __future__ import annotations

from lineage.mcp.tools import audit, compare, descendants, explain, results, tree
from lineage.mcp.tools.interface import Tool

TOOLS: dict[str, Tool] = {
    module.TOOL.name: module.TOOL
    for module in (audit, tree, results, descendants, compare, explain)
}
"""By name, in the order in which they are listed."""
