"""Pages and tiles: an Inventory in, HTML out."""
