"""One cell's formula with every member settled, and the cells that it reads."""
