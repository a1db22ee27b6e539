"""What the town has promised for the year: targets, their pace and light, and who confirmed them."""
