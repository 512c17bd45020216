"""What a tester may do to the mock: force an answer, reset it, look inside."""
