"""What the desk does while the server is away: keeps what is said, finds it again, sends it."""
