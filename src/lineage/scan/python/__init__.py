"""Read Python by its syntax tree: what a module binds, what an
expression can be, and which calls load models."""
