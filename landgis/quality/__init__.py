"""What is wrong with data, and typed rows of what is right; ``landgis.normalise`` calls it."""
