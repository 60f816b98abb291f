"""Three logical CPU devices, so that placement can be tested on a machine without a GPU."""

import tensorflow as tf

tf.config.set_soft_device_placement(False)
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 3
)
