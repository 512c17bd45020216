"""Where records are kept: the protocol (base.py), and TinyDB in memory or on one file (tiny.py).

Nothing is imported here: whoever needs the protocol alone does not load TinyDB.
"""
