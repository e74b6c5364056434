"""Where the program starts. The worker's process imports this module too: nothing heavy at its top."""

import multiprocessing
import sys


def main() -> int:
    """Run the command line and return the exit status."""
    multiprocessing.freeze_support()  # in a frozen application, the worker ends here
    from explorer.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
