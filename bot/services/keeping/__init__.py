"""How long backups are kept: which may go, the trash, and what is erased for good."""
