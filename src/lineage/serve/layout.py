"""The tables under the runs of one server."""

LAYOUT = """
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    created REAL NOT NULL, started REAL, finished REAL,
    state TEXT NOT NULL, title TEXT NOT NULL, policy TEXT NOT NULL, who TEXT NOT NULL,
    pack INTEGER NOT NULL, rows INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL DEFAULT '', problem TEXT NOT NULL DEFAULT '',
    fingerprint TEXT NOT NULL DEFAULT '', attempt INTEGER NOT NULL DEFAULT 1,
    basis TEXT NOT NULL DEFAULT '', key TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT '',
    list_key TEXT NOT NULL, list BLOB NOT NULL, head BLOB
);
CREATE INDEX run_by_state ON run (state);
CREATE INDEX run_by_list ON run (list_key, created);
CREATE UNIQUE INDEX run_by_key ON run (who, key) WHERE key != '';
CREATE TABLE model (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    target TEXT NOT NULL COLLATE NOCASE,
    model TEXT NOT NULL COLLATE NOCASE DEFAULT '', verdict TEXT NOT NULL DEFAULT '',
    at REAL, turn INTEGER, answers INTEGER NOT NULL DEFAULT 0,
    told TEXT NOT NULL DEFAULT '', input BLOB NOT NULL, report BLOB,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX model_by_name ON model (model, at);
CREATE INDEX model_by_target ON model (target, at);
CREATE INDEX model_by_turn ON model (run, turn);
CREATE INDEX model_by_verdict ON model (run, verdict);
CREATE TABLE document (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, form TEXT NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (run, form)
);
CREATE TABLE act (
    at REAL NOT NULL, who TEXT NOT NULL, client TEXT NOT NULL,
    action TEXT NOT NULL, object TEXT NOT NULL, outcome TEXT NOT NULL
);
CREATE INDEX act_by_time ON act (at);
"""
"""One row per run, per model of a run, per written report, and per act of the audit log."""
