"""What a citizen does from beginning to end, in a real browser, against what `make run` starts."""
