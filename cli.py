"""The commands from a clone: `python cli.py` is the same as `plainsheet`."""

from plainsheet.program import main

if __name__ == "__main__":
    main()
