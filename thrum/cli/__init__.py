"""One module per command: what it is called with, and where its work is done.

Each has HELP (one line), DESCRIPTION, add_arguments(parser) and run(arguments) -> exit code, and
NEEDS_PROJECT where it cannot run outside of a project. They import the standard library only; run()
imports what does the work.
"""
