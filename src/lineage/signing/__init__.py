"""Who signed what: Ed25519 keys, DSSE envelopes, in-toto statements, Sigstore bundles. Nothing here
decides whom to believe."""
