"""The lake: official sources, their validation, and the files of what is observed. No Django."""
