"""TOML as text: values, positions, canonical form, numerals as spelled."""
