"""Where records come from: the Hub, the embedded snapshot, a local folder."""
