"""What could not be sent to the base, kept on the workstation, encrypted, until a person is done with it."""
