#!/usr/bin/env python
"""Entry point of every command. Starts the embedded servers when no other is configured."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alin.settings.demo")
    from alin.embedded import servers_for_command

    with servers_for_command():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
