"""Layers cut into pieces: noding, faces, slivers. ``landgis.partition`` is the front door."""
