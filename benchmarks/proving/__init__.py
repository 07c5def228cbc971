"""The proof that nothing is lost, doubled or said out of turn, under interleavings and kills that nobody chose."""
