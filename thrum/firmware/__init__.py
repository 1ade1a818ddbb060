"""Runs the native firmware and reads its telemetry."""
