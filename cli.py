"""The commands from a clone: `python cli.py` is the same as `plainsheet`."""

from plainsheet.commands import main

if __name__ == "__main__":
    main()
