"""The command lines of the server, one per module."""
