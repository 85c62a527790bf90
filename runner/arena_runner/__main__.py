"""`python -m arena_runner` is the command `arena-runner`."""

from arena_runner.cli.main import main

if __name__ == "__main__":
    main()
