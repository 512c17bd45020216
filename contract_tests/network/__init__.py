"""Bytes out and bytes in."""
