"""Reads recordings of many formats, described by a manifest."""
