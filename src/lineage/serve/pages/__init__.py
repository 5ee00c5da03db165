"""The pages for people: plain HTML that works without a script, in the report's own look."""
