"""Text in, ids out: readers, tokenizer, vocabulary, encoding. No TensorFlow here."""
