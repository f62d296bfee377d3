"""How fast the desk is on a large base, each figure beside the least that it could be."""
