"""What an editor asks about a text, and the answers: a module, or a package, for each."""
