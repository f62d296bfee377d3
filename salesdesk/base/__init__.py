"""The client base: importing, phones, search."""
