"""HTTP: a store in, JSON and pages out."""
