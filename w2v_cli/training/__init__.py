"""Ids in, tables out: noise, pairs, objectives, optimizers, the loop. TensorFlow lives here."""
