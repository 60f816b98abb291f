"""Find words that stand together more often than by chance, and join them."""
