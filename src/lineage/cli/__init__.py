"""The command line: parse, call the audit, print, exit."""
