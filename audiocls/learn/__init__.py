"""Learning: from clips to a trained network and one file that holds it.

Taught in chapters 11 and 12."""
