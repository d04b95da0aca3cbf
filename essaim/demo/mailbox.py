"""Where the demo's e-mails go: a table, read at /demo/mailbox."""
