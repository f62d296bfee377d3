"""What an operator does: the list of the day, the card, a logged call, next actions, undo."""
