"""Read scripts as the commands and variables they hold: POSIX shells, Windows, Docker, make."""
