"""What checks ask with: requests, records, values, and what several checks find out once."""
