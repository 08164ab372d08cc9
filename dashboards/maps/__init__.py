"""Maps of the town's neighbourhoods, drawn on the server from shapes.geojson."""
