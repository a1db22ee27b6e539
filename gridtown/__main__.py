"""`python -m gridtown` is the `gridtown` command."""

from gridtown.cli import main

main()
