"""Any other document: what answers where nothing was written for an operation."""
