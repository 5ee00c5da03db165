"""Model folders and files on this machine."""
