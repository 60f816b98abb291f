"""Files in, blocks of text and words out, whatever the files are packed in."""
