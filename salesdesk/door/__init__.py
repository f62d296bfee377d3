"""Who sits at the desk: asked before anything is shown, and again when it was locked."""
