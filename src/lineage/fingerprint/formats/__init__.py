"""One module for each weights format: all read by range, all treat the file as hostile."""
