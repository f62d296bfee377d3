"""The reports of a lead, a module each; `asking` knows them by name."""
