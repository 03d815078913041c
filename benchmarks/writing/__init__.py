"""Writing: appends to the log, statements alone, in bulk and as commands, and what signing costs
them."""
