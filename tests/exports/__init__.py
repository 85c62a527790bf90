"""What readers take away from boards: files, twins, badges, embeds and feeds."""
