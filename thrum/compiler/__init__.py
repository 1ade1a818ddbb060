"""From a .tflite file to integer steps, each constant worked out here. Standard library only."""
