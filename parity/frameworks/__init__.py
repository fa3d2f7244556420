"""The three implementations behind one small protocol: scratch, PyTorch, Keras on TensorFlow."""
