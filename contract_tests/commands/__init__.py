"""The commands of this room, one per file; `hyfn.py` imports each when it is called."""
