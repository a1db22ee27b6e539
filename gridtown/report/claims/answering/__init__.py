"""What comes in and what is said of it: files, words, notes in the margin."""
