"""Train on chunks of ids: engine `pairs` uses `tf.nn`, engine `blocks` uses matrix products."""
