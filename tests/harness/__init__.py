"""What the steps of tests/run.py stand on."""
