"""Everything around the code: builds, benchmarks, checks, set-up, simulators, demonstrations."""
