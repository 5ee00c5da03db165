"""ModelScope's models: two sites, each with a catalogue of its own."""
