"""Parts that several operators use; those with a header in thrum/nn/ have its name."""
