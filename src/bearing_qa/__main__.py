"""``python -m bearing_qa``: the command line."""

from bearing_qa.cli.main import main

if __name__ == "__main__":
    main()
