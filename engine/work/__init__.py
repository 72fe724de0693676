"""Who does a long work: threads, processes of this machine, or a cluster."""
