"""Where things are: divisions, areas, grids and their generations, coordinate systems, names of places."""
