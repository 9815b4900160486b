"""From facts and rules to findings, station by station. ``landgis.determine`` is the front door."""
