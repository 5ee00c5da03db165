"""The tools that a client is offered, one file for each."""
