"""How much a shared base holds, and what faults do to it."""
