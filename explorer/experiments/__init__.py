"""One folder per experiment: spec, compute, figure, claims."""
