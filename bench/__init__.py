"""How fast the mock is, beside its peers, in one run."""
