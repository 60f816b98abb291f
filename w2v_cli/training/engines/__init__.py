"""Turn chunks of ids into steps: engine `pairs` by `tf.nn`, engine `blocks` by matrix products."""
