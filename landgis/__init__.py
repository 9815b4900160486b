"""The core of landgis: land layers in, stages and findings out. No maps, no web."""
