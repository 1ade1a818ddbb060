"""The demonstrations that need no board: `make monitor-demo`, `make dashboard-demo`."""
