"""The screens and modals, one a file, the style beside it."""
