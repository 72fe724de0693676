"""The units that every model has: pint's, as a table, so that pint itself is asked only for what that lacks."""
