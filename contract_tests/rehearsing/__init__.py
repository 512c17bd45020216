"""A deployment that is imagined, so that a dry run can say what would be sent."""
