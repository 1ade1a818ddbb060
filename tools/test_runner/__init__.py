"""The parts of test/test_custom_runner.py."""
