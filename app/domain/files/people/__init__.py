"""People lists as real systems write them: what each column and each value means."""
