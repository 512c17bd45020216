"""Whose a record is, and what may happen to it: the guard, the ledger and the clean-up stand on this."""
