"""What a reader takes away from a board: files, twins in Markdown, badges, embeds and feeds."""
