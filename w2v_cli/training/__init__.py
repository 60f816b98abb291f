"""Train tables from ids: noise, pairs, objectives, optimizers, loop. Uses TensorFlow."""
