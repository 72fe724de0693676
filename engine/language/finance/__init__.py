"""The functions of finance: their numbers, over arrays too, and their derivatives."""
