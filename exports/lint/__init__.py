"""Rules of good modelling practice, held against any workbook."""
