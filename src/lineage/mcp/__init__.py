"""`lineage mcp`: what the tool knows, for assistants that speak the Model Context Protocol.

Nothing but `server` imports the protocol's SDK, which takes seconds to load.
"""
