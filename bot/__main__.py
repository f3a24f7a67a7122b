"""`python -m bot` is `peduli-ham`, where its script is not on the path."""

from bot.cli import main

main()
