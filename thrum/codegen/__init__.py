"""Generated headers from model/artifacts, with the standard library alone.

Every function returns text that depends on the artifacts only: no timestamps, no paths, no `#if`.
"""
