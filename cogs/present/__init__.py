"""Records into words: every card a member reads, pure; one subject a file."""
