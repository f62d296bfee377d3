"""No password in the clear: where passwords are kept, and how they are kept out of texts."""
