"""How the world talks to the record: HTTP, the command line, and what runs behind them."""
