"""What differs in a workbook and is not taken, told in a line each, and what people say in comments."""
