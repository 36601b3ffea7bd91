"""Whether the installation is well: checks, each a sentence with what to do if it isn't."""
