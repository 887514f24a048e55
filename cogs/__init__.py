"""What people see on Discord: one slash group a file; words, buttons and notices."""
