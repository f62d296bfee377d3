"""What several screens share. Widgets are given rows; they never ask for them."""
