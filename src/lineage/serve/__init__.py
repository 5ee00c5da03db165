"""`lineage serve`: a web page and an API for a team. Needs the extra `serve`."""
